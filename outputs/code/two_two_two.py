"""Two inputs, two hidden neurons, two outputs: forward, cost, gradients and update.

symprop made this from the network two_two_two; it needs nothing of symprop.
A batch has its examples along the first axis; costs and gradients are means over it.
"""

from math import exp

PARAMETERS = ("w_1", "w_2", "w_3", "w_4", "w_5", "w_6", "w_7", "w_8")
INPUTS = ("i_1", "i_2")
TARGETS = ("target_o1", "target_o2")
CONSTANTS = {"b_1": 0.35, "b_2": 0.6}


def initial():
    """Parameters, inputs and targets as the network gives them; None where it does not."""
    params = {
        "w_1": 0.15,
        "w_2": 0.2,
        "w_3": 0.25,
        "w_4": 0.3,
        "w_5": 0.4,
        "w_6": 0.45,
        "w_7": 0.5,
        "w_8": 0.55,
    }
    inputs = {"i_1": 0.05, "i_2": 0.1}
    targets = {"target_o1": 0.01, "target_o2": 0.99}
    return params, inputs, targets


_FIRST = "i_1"
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
    w_1 = params["w_1"]
    w_2 = params["w_2"]
    w_3 = params["w_3"]
    w_4 = params["w_4"]
    w_5 = params["w_5"]
    w_6 = params["w_6"]
    w_7 = params["w_7"]
    w_8 = params["w_8"]
    i_1 = inputs["i_1"]
    i_2 = inputs["i_2"]
    b_1 = inputs.get("b_1", CONSTANTS["b_1"])
    b_2 = inputs.get("b_2", CONSTANTS["b_2"])
    # net_h1 = w_1·i_1 + w_2·i_2 + b_1
    net_h1 = w_1 * i_1 + w_2 * i_2 + b_1
    exp_net_h1 = exp(700.0 if net_h1 < -700.0 else -net_h1)
    # out_h1 = σ(net_h1)
    out_h1 = 1.0 / (1.0 + exp_net_h1)
    # net_h2 = w_3·i_1 + w_4·i_2 + b_1
    net_h2 = w_3 * i_1 + w_4 * i_2 + b_1
    exp_net_h2 = exp(700.0 if net_h2 < -700.0 else -net_h2)
    # out_h2 = σ(net_h2)
    out_h2 = 1.0 / (1.0 + exp_net_h2)
    # net_o1 = w_5·out_h1 + w_6·out_h2 + b_2
    net_o1 = w_5 * out_h1 + w_6 * out_h2 + b_2
    exp_net_o1 = exp(700.0 if net_o1 < -700.0 else -net_o1)
    # out_o1 = σ(net_o1)
    out_o1 = 1.0 / (1.0 + exp_net_o1)
    # net_o2 = w_7·out_h1 + w_8·out_h2 + b_2
    net_o2 = w_7 * out_h1 + w_8 * out_h2 + b_2
    exp_net_o2 = exp(700.0 if net_o2 < -700.0 else -net_o2)
    # out_o2 = σ(net_o2)
    out_o2 = 1.0 / (1.0 + exp_net_o2)
    return {
        "net_h1": net_h1,
        "out_h1": out_h1,
        "net_h2": net_h2,
        "out_h2": out_h2,
        "net_o1": net_o1,
        "out_o1": out_o1,
        "net_o2": net_o2,
        "out_o2": out_o2,
    }


def _cost(params, inputs, targets):
    w_1 = params["w_1"]
    w_2 = params["w_2"]
    w_3 = params["w_3"]
    w_4 = params["w_4"]
    w_5 = params["w_5"]
    w_6 = params["w_6"]
    w_7 = params["w_7"]
    w_8 = params["w_8"]
    i_1 = inputs["i_1"]
    i_2 = inputs["i_2"]
    target_o1 = targets["target_o1"]
    target_o2 = targets["target_o2"]
    b_1 = inputs.get("b_1", CONSTANTS["b_1"])
    b_2 = inputs.get("b_2", CONSTANTS["b_2"])
    # net_h1 = w_1·i_1 + w_2·i_2 + b_1
    net_h1 = w_1 * i_1 + w_2 * i_2 + b_1
    exp_net_h1 = exp(700.0 if net_h1 < -700.0 else -net_h1)
    # out_h1 = σ(net_h1)
    out_h1 = 1.0 / (1.0 + exp_net_h1)
    # net_h2 = w_3·i_1 + w_4·i_2 + b_1
    net_h2 = w_3 * i_1 + w_4 * i_2 + b_1
    exp_net_h2 = exp(700.0 if net_h2 < -700.0 else -net_h2)
    # out_h2 = σ(net_h2)
    out_h2 = 1.0 / (1.0 + exp_net_h2)
    # net_o1 = w_5·out_h1 + w_6·out_h2 + b_2
    net_o1 = w_5 * out_h1 + w_6 * out_h2 + b_2
    exp_net_o1 = exp(700.0 if net_o1 < -700.0 else -net_o1)
    # out_o1 = σ(net_o1)
    out_o1 = 1.0 / (1.0 + exp_net_o1)
    # net_o2 = w_7·out_h1 + w_8·out_h2 + b_2
    net_o2 = w_7 * out_h1 + w_8 * out_h2 + b_2
    exp_net_o2 = exp(700.0 if net_o2 < -700.0 else -net_o2)
    # out_o2 = σ(net_o2)
    out_o2 = 1.0 / (1.0 + exp_net_o2)
    difference_target_o1 = target_o1 - out_o1
    # E_o1 = ½ (target_o1 − out_o1)²
    E_o1 = 0.5 * (difference_target_o1 * difference_target_o1)
    difference_target_o2 = target_o2 - out_o2
    # E_o2 = ½ (target_o2 − out_o2)²
    E_o2 = 0.5 * (difference_target_o2 * difference_target_o2)
    # E_total = E_o1 + E_o2
    E_total = E_o1 + E_o2
    return E_total


def _gradients(params, inputs, targets):
    w_1 = params["w_1"]
    w_2 = params["w_2"]
    w_3 = params["w_3"]
    w_4 = params["w_4"]
    w_5 = params["w_5"]
    w_6 = params["w_6"]
    w_7 = params["w_7"]
    w_8 = params["w_8"]
    i_1 = inputs["i_1"]
    i_2 = inputs["i_2"]
    target_o1 = targets["target_o1"]
    target_o2 = targets["target_o2"]
    b_1 = inputs.get("b_1", CONSTANTS["b_1"])
    b_2 = inputs.get("b_2", CONSTANTS["b_2"])
    # net_h1 = w_1·i_1 + w_2·i_2 + b_1
    net_h1 = w_1 * i_1 + w_2 * i_2 + b_1
    exp_net_h1 = exp(700.0 if net_h1 < -700.0 else -net_h1)
    # out_h1 = σ(net_h1)
    out_h1 = 1.0 / (1.0 + exp_net_h1)
    # net_h2 = w_3·i_1 + w_4·i_2 + b_1
    net_h2 = w_3 * i_1 + w_4 * i_2 + b_1
    exp_net_h2 = exp(700.0 if net_h2 < -700.0 else -net_h2)
    # out_h2 = σ(net_h2)
    out_h2 = 1.0 / (1.0 + exp_net_h2)
    # net_o1 = w_5·out_h1 + w_6·out_h2 + b_2
    net_o1 = w_5 * out_h1 + w_6 * out_h2 + b_2
    exp_net_o1 = exp(700.0 if net_o1 < -700.0 else -net_o1)
    # out_o1 = σ(net_o1)
    out_o1 = 1.0 / (1.0 + exp_net_o1)
    # net_o2 = w_7·out_h1 + w_8·out_h2 + b_2
    net_o2 = w_7 * out_h1 + w_8 * out_h2 + b_2
    exp_net_o2 = exp(700.0 if net_o2 < -700.0 else -net_o2)
    # out_o2 = σ(net_o2)
    out_o2 = 1.0 / (1.0 + exp_net_o2)
    # δ_o1 = −(target_o1 − out_o1)·out_o1·(1 − out_o1)
    # 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z
    delta_o1 = (out_o1 - target_o1) * (out_o1 * (exp_net_o1 * out_o1))
    # δ_o2 = −(target_o2 − out_o2)·out_o2·(1 − out_o2)
    # 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z
    delta_o2 = (out_o2 - target_o2) * (out_o2 * (exp_net_o2 * out_o2))
    # ∂E_total/∂w_5 = δ_o1·out_h1
    dE_total_dw_5 = delta_o1 * out_h1
    # ∂E_total/∂w_6 = δ_o1·out_h2
    dE_total_dw_6 = delta_o1 * out_h2
    # ∂E_total/∂w_7 = δ_o2·out_h1
    dE_total_dw_7 = delta_o2 * out_h1
    # ∂E_total/∂w_8 = δ_o2·out_h2
    dE_total_dw_8 = delta_o2 * out_h2
    # δ_h1 = (δ_o1·w_5 + δ_o2·w_7)·out_h1·(1 − out_h1)
    # 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z
    delta_h1 = (delta_o1 * w_5 + delta_o2 * w_7) * (out_h1 * (exp_net_h1 * out_h1))
    # δ_h2 = (δ_o1·w_6 + δ_o2·w_8)·out_h2·(1 − out_h2)
    # 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z
    delta_h2 = (delta_o1 * w_6 + delta_o2 * w_8) * (out_h2 * (exp_net_h2 * out_h2))
    # ∂E_total/∂w_1 = δ_h1·i_1
    dE_total_dw_1 = delta_h1 * i_1
    # ∂E_total/∂w_2 = δ_h1·i_2
    dE_total_dw_2 = delta_h1 * i_2
    # ∂E_total/∂w_3 = δ_h2·i_1
    dE_total_dw_3 = delta_h2 * i_1
    # ∂E_total/∂w_4 = δ_h2·i_2
    dE_total_dw_4 = delta_h2 * i_2
    return {
        "w_1": dE_total_dw_1,
        "w_2": dE_total_dw_2,
        "w_3": dE_total_dw_3,
        "w_4": dE_total_dw_4,
        "w_5": dE_total_dw_5,
        "w_6": dE_total_dw_6,
        "w_7": dE_total_dw_7,
        "w_8": dE_total_dw_8,
    }


def step(
    w_1,
    w_2,
    w_3,
    w_4,
    w_5,
    w_6,
    w_7,
    w_8,
    i_1,
    i_2,
    target_o1,
    target_o2,
    rate,
    b_1=0.35,
    b_2=0.6,
):
    """The parameters after one update with one example, all by position."""
    # net_h1 = w_1·i_1 + w_2·i_2 + b_1
    net_h1 = w_1 * i_1 + w_2 * i_2 + b_1
    exp_net_h1 = exp(700.0 if net_h1 < -700.0 else -net_h1)
    # out_h1 = σ(net_h1)
    out_h1 = 1.0 / (1.0 + exp_net_h1)
    # net_h2 = w_3·i_1 + w_4·i_2 + b_1
    net_h2 = w_3 * i_1 + w_4 * i_2 + b_1
    exp_net_h2 = exp(700.0 if net_h2 < -700.0 else -net_h2)
    # out_h2 = σ(net_h2)
    out_h2 = 1.0 / (1.0 + exp_net_h2)
    # net_o1 = w_5·out_h1 + w_6·out_h2 + b_2
    net_o1 = w_5 * out_h1 + w_6 * out_h2 + b_2
    exp_net_o1 = exp(700.0 if net_o1 < -700.0 else -net_o1)
    # out_o1 = σ(net_o1)
    out_o1 = 1.0 / (1.0 + exp_net_o1)
    # net_o2 = w_7·out_h1 + w_8·out_h2 + b_2
    net_o2 = w_7 * out_h1 + w_8 * out_h2 + b_2
    exp_net_o2 = exp(700.0 if net_o2 < -700.0 else -net_o2)
    # out_o2 = σ(net_o2)
    out_o2 = 1.0 / (1.0 + exp_net_o2)
    # δ_o1 = −(target_o1 − out_o1)·out_o1·(1 − out_o1)
    # 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z
    delta_o1 = (out_o1 - target_o1) * (out_o1 * (exp_net_o1 * out_o1))
    # δ_o2 = −(target_o2 − out_o2)·out_o2·(1 − out_o2)
    # 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z
    delta_o2 = (out_o2 - target_o2) * (out_o2 * (exp_net_o2 * out_o2))
    # δ_h1 = (δ_o1·w_5 + δ_o2·w_7)·out_h1·(1 − out_h1)
    # 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z
    delta_h1 = (delta_o1 * w_5 + delta_o2 * w_7) * (out_h1 * (exp_net_h1 * out_h1))
    # δ_h2 = (δ_o1·w_6 + δ_o2·w_8)·out_h2·(1 − out_h2)
    # 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z
    delta_h2 = (delta_o1 * w_6 + delta_o2 * w_8) * (out_h2 * (exp_net_h2 * out_h2))
    # w_5 ← w_5 − η·∂E_total/∂w_5
    w_5 = w_5 - rate * out_h1 * delta_o1
    # w_6 ← w_6 − η·∂E_total/∂w_6
    w_6 = w_6 - rate * out_h2 * delta_o1
    # w_7 ← w_7 − η·∂E_total/∂w_7
    w_7 = w_7 - rate * out_h1 * delta_o2
    # w_8 ← w_8 − η·∂E_total/∂w_8
    w_8 = w_8 - rate * out_h2 * delta_o2
    # w_1 ← w_1 − η·∂E_total/∂w_1
    w_1 = w_1 - rate * i_1 * delta_h1
    # w_2 ← w_2 − η·∂E_total/∂w_2
    w_2 = w_2 - rate * i_2 * delta_h1
    # w_3 ← w_3 − η·∂E_total/∂w_3
    w_3 = w_3 - rate * i_1 * delta_h2
    # w_4 ← w_4 − η·∂E_total/∂w_4
    w_4 = w_4 - rate * i_2 * delta_h2
    return (w_1, w_2, w_3, w_4, w_5, w_6, w_7, w_8)


def train(params, inputs, targets, rate, steps):
    """The parameters after so many updates, each with all examples."""
    examples, _ = _examples(inputs, targets)
    if len(examples) > 1:
        for _ in range(steps):
            params = update(params, inputs, targets, rate)
        return params
    ((inputs, targets),) = examples
    w_1 = params["w_1"]
    w_2 = params["w_2"]
    w_3 = params["w_3"]
    w_4 = params["w_4"]
    w_5 = params["w_5"]
    w_6 = params["w_6"]
    w_7 = params["w_7"]
    w_8 = params["w_8"]
    i_1 = inputs["i_1"]
    i_2 = inputs["i_2"]
    target_o1 = targets["target_o1"]
    target_o2 = targets["target_o2"]
    b_1 = inputs.get("b_1", CONSTANTS["b_1"])
    b_2 = inputs.get("b_2", CONSTANTS["b_2"])
    for _ in range(steps):
        net_h1 = w_1 * i_1 + w_2 * i_2 + b_1
        exp_net_h1 = exp(700.0 if net_h1 < -700.0 else -net_h1)
        out_h1 = 1.0 / (1.0 + exp_net_h1)
        net_h2 = w_3 * i_1 + w_4 * i_2 + b_1
        exp_net_h2 = exp(700.0 if net_h2 < -700.0 else -net_h2)
        out_h2 = 1.0 / (1.0 + exp_net_h2)
        net_o1 = w_5 * out_h1 + w_6 * out_h2 + b_2
        exp_net_o1 = exp(700.0 if net_o1 < -700.0 else -net_o1)
        out_o1 = 1.0 / (1.0 + exp_net_o1)
        net_o2 = w_7 * out_h1 + w_8 * out_h2 + b_2
        exp_net_o2 = exp(700.0 if net_o2 < -700.0 else -net_o2)
        out_o2 = 1.0 / (1.0 + exp_net_o2)
        delta_o1 = (out_o1 - target_o1) * (out_o1 * (exp_net_o1 * out_o1))
        delta_o2 = (out_o2 - target_o2) * (out_o2 * (exp_net_o2 * out_o2))
        delta_h1 = (delta_o1 * w_5 + delta_o2 * w_7) * (out_h1 * (exp_net_h1 * out_h1))
        delta_h2 = (delta_o1 * w_6 + delta_o2 * w_8) * (out_h2 * (exp_net_h2 * out_h2))
        w_5 = w_5 - rate * out_h1 * delta_o1
        w_6 = w_6 - rate * out_h2 * delta_o1
        w_7 = w_7 - rate * out_h1 * delta_o2
        w_8 = w_8 - rate * out_h2 * delta_o2
        w_1 = w_1 - rate * i_1 * delta_h1
        w_2 = w_2 - rate * i_2 * delta_h1
        w_3 = w_3 - rate * i_1 * delta_h2
        w_4 = w_4 - rate * i_2 * delta_h2
    return {
        "w_1": w_1,
        "w_2": w_2,
        "w_3": w_3,
        "w_4": w_4,
        "w_5": w_5,
        "w_6": w_6,
        "w_7": w_7,
        "w_8": w_8,
    }
