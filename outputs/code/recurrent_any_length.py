"""Recurrent network of any length: forward, cost, gradients and update.

symprop made this from the network recurrent_any_length; it needs nothing of symprop.
A batch has its examples along the first axis; costs and gradients are means over it.
"""

from math import exp, tanh

PARAMETERS = ("u", "w", "v")
INPUTS = ("x",)
TARGETS = ("d",)
CONSTANTS = {}


def initial():
    """Parameters, inputs and targets as the network gives them; None where it does not."""
    params = {"u": None, "w": None, "v": None}
    inputs = {"x": None}
    targets = {"d": None}
    return params, inputs, targets


_FIRST = "x"
_DEPTH = 1


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
    u = params["u"]
    w = params["w"]
    v = params["v"]
    x = inputs["x"]
    T = len(x)
    h = [0.0] * (T + 1)
    # h[0] = 0
    h[0] = 0.0
    a = [0.0] * T
    for t in range(T):
        # a[t] = u·x[t] + w·h[t−1]
        a[t] = u * x[t] + w * h[t]
        # h[t] = tanh(a[t])
        h[t + 1] = tanh(a[t])
    # y[t] = v·h[t]
    y = [v * h[t + 1] for t in range(T)]
    return {"h": h, "a": a, "y": y}


def _cost(params, inputs, targets):
    u = params["u"]
    w = params["w"]
    v = params["v"]
    x = inputs["x"]
    d = targets["d"]
    T = len(x)
    h = [0.0] * (T + 1)
    # h[0] = 0
    h[0] = 0.0
    a = [0.0] * T
    for t in range(T):
        # a[t] = u·x[t] + w·h[t−1]
        a[t] = u * x[t] + w * h[t]
        # h[t] = tanh(a[t])
        h[t + 1] = tanh(a[t])
    # y[t] = v·h[t]
    y = [v * h[t + 1] for t in range(T)]
    # E = ½ Σ_t (d[t] − y[t])²
    E = 0.5 * sum((d[t] - y[t]) ** 2 for t in range(T))
    return E


def _gradients(params, inputs, targets):
    u = params["u"]
    w = params["w"]
    v = params["v"]
    x = inputs["x"]
    d = targets["d"]
    T = len(x)
    h = [0.0] * (T + 1)
    # h[0] = 0
    h[0] = 0.0
    a = [0.0] * T
    for t in range(T):
        # a[t] = u·x[t] + w·h[t−1]
        a[t] = u * x[t] + w * h[t]
        # h[t] = tanh(a[t])
        h[t + 1] = tanh(a[t])
    # y[t] = v·h[t]
    y = [v * h[t + 1] for t in range(T)]
    # δ_y[t] = −(d[t] − y[t])
    delta_y = [y[t] - d[t] for t in range(T)]
    exp_a = [exp(-2.0 * abs(a[t])) for t in range(T)]
    delta_a = [0.0] * T
    for t in reversed(range(T)):
        # δ_a[t] = ([t ≤ T − 1]·δ_a[t+1]·w + δ_y[t]·v)·(1 − h[t]²)
        # 1 − tanh(z)² is computed from exp(−2|z|), which does not cancel at large z
        delta_a[t] = (
            (delta_a[t + 1] * w if t + 1 <= T - 1 else 0.0) + delta_y[t] * v
        ) * (4.0 * exp_a[t] / (1.0 + exp_a[t]) ** 2)
    # ∂E/∂u = Σ_t δ_a[t]·x[t]
    dE_du = sum(delta_a[t] * x[t] for t in range(T))
    # ∂E/∂w = Σ_{t=1..T} δ_a[t]·h[t−1]
    dE_dw = sum(delta_a[t] * h[t] for t in range(T))
    # ∂E/∂v = Σ_t δ_y[t]·h[t]
    dE_dv = sum(delta_y[t] * h[t + 1] for t in range(T))
    return {"u": dE_du, "w": dE_dw, "v": dE_dv}


def step(u, w, v, x, d, rate):
    """The parameters after one update with one example, all by position."""
    T = len(x)
    h = [0.0] * (T + 1)
    # h[0] = 0
    h[0] = 0.0
    a = [0.0] * T
    for t in range(T):
        # a[t] = u·x[t] + w·h[t−1]
        a[t] = u * x[t] + w * h[t]
        # h[t] = tanh(a[t])
        h[t + 1] = tanh(a[t])
    # y[t] = v·h[t]
    y = [v * h[t + 1] for t in range(T)]
    # δ_y[t] = −(d[t] − y[t])
    delta_y = [y[t] - d[t] for t in range(T)]
    exp_a = [exp(-2.0 * abs(a[t])) for t in range(T)]
    delta_a = [0.0] * T
    for t in reversed(range(T)):
        # δ_a[t] = ([t ≤ T − 1]·δ_a[t+1]·w + δ_y[t]·v)·(1 − h[t]²)
        # 1 − tanh(z)² is computed from exp(−2|z|), which does not cancel at large z
        delta_a[t] = (
            (delta_a[t + 1] * w if t + 1 <= T - 1 else 0.0) + delta_y[t] * v
        ) * (4.0 * exp_a[t] / (1.0 + exp_a[t]) ** 2)
    # u ← u − η·∂E/∂u
    u = u - rate * sum(delta_a[t] * x[t] for t in range(T))
    # w ← w − η·∂E/∂w
    w = w - rate * sum(delta_a[t] * h[t] for t in range(T))
    # v ← v − η·∂E/∂v
    v = v - rate * sum(delta_y[t] * h[t + 1] for t in range(T))
    return (u, w, v)


def train(params, inputs, targets, rate, steps):
    """The parameters after so many updates, each with all examples."""
    examples, _ = _examples(inputs, targets)
    if len(examples) > 1:
        for _ in range(steps):
            params = update(params, inputs, targets, rate)
        return params
    ((inputs, targets),) = examples
    u = params["u"]
    w = params["w"]
    v = params["v"]
    x = inputs["x"]
    d = targets["d"]
    T = len(x)
    for _ in range(steps):
        h = [0.0] * (T + 1)
        h[0] = 0.0
        a = [0.0] * T
        for t in range(T):
            a[t] = u * x[t] + w * h[t]
            h[t + 1] = tanh(a[t])
        y = [v * h[t + 1] for t in range(T)]
        delta_y = [y[t] - d[t] for t in range(T)]
        exp_a = [exp(-2.0 * abs(a[t])) for t in range(T)]
        delta_a = [0.0] * T
        for t in reversed(range(T)):
            delta_a[t] = (
                (delta_a[t + 1] * w if t + 1 <= T - 1 else 0.0) + delta_y[t] * v
            ) * (4.0 * exp_a[t] / (1.0 + exp_a[t]) ** 2)
        u = u - rate * sum(delta_a[t] * x[t] for t in range(T))
        w = w - rate * sum(delta_a[t] * h[t] for t in range(T))
        v = v - rate * sum(delta_y[t] * h[t + 1] for t in range(T))
    return {"u": u, "w": w, "v": v}
