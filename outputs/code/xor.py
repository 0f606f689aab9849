"""XOR: forward, cost, gradients and update.

symprop made this from the network xor; it needs nothing of symprop.
A batch has its examples along the first axis; costs and gradients are means over it.
"""

from math import exp, log1p

PARAMETERS = ("u_11", "u_12", "u_21", "u_22", "b_1", "b_2", "v_1", "v_2", "b_3")
INPUTS = ("x_1", "x_2")
TARGETS = ("t",)
CONSTANTS = {}


def initial():
    """Parameters, inputs and targets as the network gives them; None where it does not."""
    params = {
        "u_11": None,
        "u_12": None,
        "u_21": None,
        "u_22": None,
        "b_1": None,
        "b_2": None,
        "v_1": None,
        "v_2": None,
        "b_3": None,
    }
    inputs = {"x_1": None, "x_2": None}
    targets = {"t": None}
    return params, inputs, targets


_FIRST = "x_1"
_DEPTH = 0


def _examples(inputs, targets):
    """The examples of a batch one by one, or the one example; and whether it is a batch."""
    given = {**inputs, **targets}
    values, depth = given[_FIRST], 0
    while hasattr(values, "__len__"):
        values, depth = values[0], depth + 1
    if depth == _DEPTH:
        return [(inputs, targets)], False
    return [
        (
            {**inputs, **{name: inputs[name][number] for name in INPUTS}},
            {name: targets[name][number] for name in TARGETS if name in targets},
        )
        for number in range(len(given[_FIRST]))
    ], True


def _mean(values):
    """The mean of numbers, or of lists entry by entry."""
    if isinstance(values[0], list):
        return [_mean(entries) for entries in zip(*values, strict=True)]
    return sum(values) / len(values)


def forward(params, inputs):
    """Every quantity that the inputs determine; of a batch, a list of each."""
    examples, is_batch = _examples(inputs, {})
    results = [_forward(params, one) for one, _ in examples]
    if not is_batch:
        return results[0]
    return {name: [result[name] for result in results] for name in results[0]}


def cost(params, inputs, targets):
    """The cost; of a batch, the mean over its examples."""
    examples, _ = _examples(inputs, targets)
    return _mean([_cost(params, *one) for one in examples])


def gradients(params, inputs, targets):
    """The derivative of the cost by each parameter; of a batch, the mean over its examples."""
    examples, _ = _examples(inputs, targets)
    results = [_gradients(params, *one) for one in examples]
    return {name: _mean([result[name] for result in results]) for name in PARAMETERS}


def update(params, inputs, targets, rate):
    """The parameters after one step against the gradient."""
    change = gradients(params, inputs, targets)
    return {name: _moved(params[name], change[name], rate) for name in PARAMETERS}


def _moved(value, slope, rate):
    if isinstance(slope, list):
        return [_moved(v, s, rate) for v, s in zip(value, slope, strict=True)]
    return value - rate * slope


def _forward(params, inputs):
    u_11 = params["u_11"]
    u_12 = params["u_12"]
    u_21 = params["u_21"]
    u_22 = params["u_22"]
    b_1 = params["b_1"]
    b_2 = params["b_2"]
    v_1 = params["v_1"]
    v_2 = params["v_2"]
    b_3 = params["b_3"]
    x_1 = inputs["x_1"]
    x_2 = inputs["x_2"]
    # z_1 = u_11·x_1 + u_12·x_2 + b_1
    z_1 = u_11 * x_1 + u_12 * x_2 + b_1
    exp_z_1 = exp(700.0 if z_1 < -700.0 else -z_1)
    # h_1 = σ(z_1)
    h_1 = 1.0 / (1.0 + exp_z_1)
    # z_2 = u_21·x_1 + u_22·x_2 + b_2
    z_2 = u_21 * x_1 + u_22 * x_2 + b_2
    exp_z_2 = exp(700.0 if z_2 < -700.0 else -z_2)
    # h_2 = σ(z_2)
    h_2 = 1.0 / (1.0 + exp_z_2)
    # z_3 = v_1·h_1 + v_2·h_2 + b_3
    z_3 = v_1 * h_1 + v_2 * h_2 + b_3
    # y = σ(z_3)
    y = 1.0 / (1.0 + exp(700.0 if z_3 < -700.0 else -z_3))
    return {"z_1": z_1, "h_1": h_1, "z_2": z_2, "h_2": h_2, "z_3": z_3, "y": y}


def _cost(params, inputs, targets):
    u_11 = params["u_11"]
    u_12 = params["u_12"]
    u_21 = params["u_21"]
    u_22 = params["u_22"]
    b_1 = params["b_1"]
    b_2 = params["b_2"]
    v_1 = params["v_1"]
    v_2 = params["v_2"]
    b_3 = params["b_3"]
    x_1 = inputs["x_1"]
    x_2 = inputs["x_2"]
    t = targets["t"]
    # z_1 = u_11·x_1 + u_12·x_2 + b_1
    z_1 = u_11 * x_1 + u_12 * x_2 + b_1
    exp_z_1 = exp(700.0 if z_1 < -700.0 else -z_1)
    # h_1 = σ(z_1)
    h_1 = 1.0 / (1.0 + exp_z_1)
    # z_2 = u_21·x_1 + u_22·x_2 + b_2
    z_2 = u_21 * x_1 + u_22 * x_2 + b_2
    exp_z_2 = exp(700.0 if z_2 < -700.0 else -z_2)
    # h_2 = σ(z_2)
    h_2 = 1.0 / (1.0 + exp_z_2)
    # z_3 = v_1·h_1 + v_2·h_2 + b_3
    z_3 = v_1 * h_1 + v_2 * h_2 + b_3
    log1p_z_3 = log1p(exp(-abs(z_3)))
    # E = −(t·log(y) + (1 − t)·log(1 − y))
    # log σ(z) is computed as −log(1 + exp(−z)), which stays finite where σ(z) rounds to 0 or 1
    E = -(
        -t * ((-z_3 if 0.0 < -z_3 else 0.0) + log1p_z_3)
        + (t - 1.0) * ((0.0 if z_3 < 0.0 else z_3) + log1p_z_3)
    )
    return E


def _gradients(params, inputs, targets):
    u_11 = params["u_11"]
    u_12 = params["u_12"]
    u_21 = params["u_21"]
    u_22 = params["u_22"]
    b_1 = params["b_1"]
    b_2 = params["b_2"]
    v_1 = params["v_1"]
    v_2 = params["v_2"]
    b_3 = params["b_3"]
    x_1 = inputs["x_1"]
    x_2 = inputs["x_2"]
    t = targets["t"]
    # z_1 = u_11·x_1 + u_12·x_2 + b_1
    z_1 = u_11 * x_1 + u_12 * x_2 + b_1
    exp_z_1 = exp(700.0 if z_1 < -700.0 else -z_1)
    # h_1 = σ(z_1)
    h_1 = 1.0 / (1.0 + exp_z_1)
    # z_2 = u_21·x_1 + u_22·x_2 + b_2
    z_2 = u_21 * x_1 + u_22 * x_2 + b_2
    exp_z_2 = exp(700.0 if z_2 < -700.0 else -z_2)
    # h_2 = σ(z_2)
    h_2 = 1.0 / (1.0 + exp_z_2)
    # z_3 = v_1·h_1 + v_2·h_2 + b_3
    z_3 = v_1 * h_1 + v_2 * h_2 + b_3
    # y = σ(z_3)
    y = 1.0 / (1.0 + exp(700.0 if z_3 < -700.0 else -z_3))
    # δ_3 = y − t
    delta_3 = y - t
    # ∂E/∂v_1 = δ_3·h_1
    dE_dv_1 = delta_3 * h_1
    # ∂E/∂v_2 = δ_3·h_2
    dE_dv_2 = delta_3 * h_2
    # ∂E/∂b_3 = δ_3
    dE_db_3 = delta_3
    # δ_1 = δ_3·v_1·h_1·(1 − h_1)
    # 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z
    delta_1 = delta_3 * v_1 * (h_1 * (exp_z_1 * h_1))
    # δ_2 = δ_3·v_2·h_2·(1 − h_2)
    # 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z
    delta_2 = delta_3 * v_2 * (h_2 * (exp_z_2 * h_2))
    # ∂E/∂u_11 = δ_1·x_1
    dE_du_11 = delta_1 * x_1
    # ∂E/∂u_12 = δ_1·x_2
    dE_du_12 = delta_1 * x_2
    # ∂E/∂u_21 = δ_2·x_1
    dE_du_21 = delta_2 * x_1
    # ∂E/∂u_22 = δ_2·x_2
    dE_du_22 = delta_2 * x_2
    # ∂E/∂b_1 = δ_1
    dE_db_1 = delta_1
    # ∂E/∂b_2 = δ_2
    dE_db_2 = delta_2
    return {
        "u_11": dE_du_11,
        "u_12": dE_du_12,
        "u_21": dE_du_21,
        "u_22": dE_du_22,
        "b_1": dE_db_1,
        "b_2": dE_db_2,
        "v_1": dE_dv_1,
        "v_2": dE_dv_2,
        "b_3": dE_db_3,
    }


def step(u_11, u_12, u_21, u_22, b_1, b_2, v_1, v_2, b_3, x_1, x_2, t, rate):
    """The parameters after one update with one example, all by position."""
    # z_1 = u_11·x_1 + u_12·x_2 + b_1
    z_1 = u_11 * x_1 + u_12 * x_2 + b_1
    exp_z_1 = exp(700.0 if z_1 < -700.0 else -z_1)
    # h_1 = σ(z_1)
    h_1 = 1.0 / (1.0 + exp_z_1)
    # z_2 = u_21·x_1 + u_22·x_2 + b_2
    z_2 = u_21 * x_1 + u_22 * x_2 + b_2
    exp_z_2 = exp(700.0 if z_2 < -700.0 else -z_2)
    # h_2 = σ(z_2)
    h_2 = 1.0 / (1.0 + exp_z_2)
    # z_3 = v_1·h_1 + v_2·h_2 + b_3
    z_3 = v_1 * h_1 + v_2 * h_2 + b_3
    # y = σ(z_3)
    y = 1.0 / (1.0 + exp(700.0 if z_3 < -700.0 else -z_3))
    # δ_3 = y − t
    delta_3 = y - t
    # δ_1 = δ_3·v_1·h_1·(1 − h_1)
    # 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z
    delta_1 = delta_3 * v_1 * (h_1 * (exp_z_1 * h_1))
    # δ_2 = δ_3·v_2·h_2·(1 − h_2)
    # 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z
    delta_2 = delta_3 * v_2 * (h_2 * (exp_z_2 * h_2))
    # v_1 ← v_1 − η·∂E/∂v_1
    v_1 = v_1 - rate * h_1 * delta_3
    # v_2 ← v_2 − η·∂E/∂v_2
    v_2 = v_2 - rate * h_2 * delta_3
    # b_3 ← b_3 − η·∂E/∂b_3
    b_3 = b_3 - rate * delta_3
    # u_11 ← u_11 − η·∂E/∂u_11
    u_11 = u_11 - rate * x_1 * delta_1
    # u_12 ← u_12 − η·∂E/∂u_12
    u_12 = u_12 - rate * x_2 * delta_1
    # u_21 ← u_21 − η·∂E/∂u_21
    u_21 = u_21 - rate * x_1 * delta_2
    # u_22 ← u_22 − η·∂E/∂u_22
    u_22 = u_22 - rate * x_2 * delta_2
    # b_1 ← b_1 − η·∂E/∂b_1
    b_1 = b_1 - rate * delta_1
    # b_2 ← b_2 − η·∂E/∂b_2
    b_2 = b_2 - rate * delta_2
    return (u_11, u_12, u_21, u_22, b_1, b_2, v_1, v_2, b_3)


def train(params, inputs, targets, rate, steps):
    """The parameters after so many updates, each with all examples."""
    examples, _ = _examples(inputs, targets)
    if len(examples) > 1:
        for _ in range(steps):
            params = update(params, inputs, targets, rate)
        return params
    ((inputs, targets),) = examples
    u_11 = params["u_11"]
    u_12 = params["u_12"]
    u_21 = params["u_21"]
    u_22 = params["u_22"]
    b_1 = params["b_1"]
    b_2 = params["b_2"]
    v_1 = params["v_1"]
    v_2 = params["v_2"]
    b_3 = params["b_3"]
    x_1 = inputs["x_1"]
    x_2 = inputs["x_2"]
    t = targets["t"]
    for _ in range(steps):
        z_1 = u_11 * x_1 + u_12 * x_2 + b_1
        exp_z_1 = exp(700.0 if z_1 < -700.0 else -z_1)
        h_1 = 1.0 / (1.0 + exp_z_1)
        z_2 = u_21 * x_1 + u_22 * x_2 + b_2
        exp_z_2 = exp(700.0 if z_2 < -700.0 else -z_2)
        h_2 = 1.0 / (1.0 + exp_z_2)
        z_3 = v_1 * h_1 + v_2 * h_2 + b_3
        y = 1.0 / (1.0 + exp(700.0 if z_3 < -700.0 else -z_3))
        delta_3 = y - t
        delta_1 = delta_3 * v_1 * (h_1 * (exp_z_1 * h_1))
        delta_2 = delta_3 * v_2 * (h_2 * (exp_z_2 * h_2))
        v_1 = v_1 - rate * h_1 * delta_3
        v_2 = v_2 - rate * h_2 * delta_3
        b_3 = b_3 - rate * delta_3
        u_11 = u_11 - rate * x_1 * delta_1
        u_12 = u_12 - rate * x_2 * delta_1
        u_21 = u_21 - rate * x_1 * delta_2
        u_22 = u_22 - rate * x_2 * delta_2
        b_1 = b_1 - rate * delta_1
        b_2 = b_2 - rate * delta_2
    return {
        "u_11": u_11,
        "u_12": u_12,
        "u_21": u_21,
        "u_22": u_22,
        "b_1": b_1,
        "b_2": b_2,
        "v_1": v_1,
        "v_2": v_2,
        "b_3": b_3,
    }
