"""Sigmoid layers: forward, cost, gradients and update.

symprop made this from the network sigmoid_layers; it needs NumPy, and nothing of symprop.
A batch has its examples along the first axis; costs and gradients are means over it.
"""

import numpy as np

PARAMETERS = ("v", "w")
INPUTS = ("x",)
TARGETS = ("d",)
CONSTANTS = {}
_AXES = {"x": 1, "d": 1}


def initial():
    """Parameters, inputs and targets as the network gives them; None where it does not."""
    params = {"v": None, "w": None}
    inputs = {"x": None}
    targets = {"d": None}
    return params, inputs, targets


def array(value):
    """Numbers or nested lists as an array of floats; arrays of floats as they are."""
    made = np.asarray(value)
    return made if made.dtype.kind == "f" else made.astype(float)


def _batched(values, names):
    """The named arrays with their examples along the first axis; and whether they came so."""
    arrays = {name: array(values[name]) for name in names}
    is_batch = any(value.ndim > _AXES[name] for name, value in arrays.items())
    if is_batch:
        return arrays, True
    return {name: value[None] for name, value in arrays.items()}, False


def _limit(dtype):
    """The largest argument of an exponential: exp(limit) is finite."""
    return 80.0 if dtype == np.float32 else 700.0


def update(params, inputs, targets, rate):
    """The parameters after one step along the gradient."""
    slopes = gradients(params, inputs, targets)
    return {name: array(params[name]) + rate * slopes[name] for name in PARAMETERS}


class Bound:
    """The network at work on given arrays: updates change the parameters in place."""

    def __init__(self, params, inputs, targets, run):
        self.params = params
        self.run = run
        self._examples = inputs, targets

    def step(self, rate):
        """One update."""
        self.run(1, rate)

    def cost(self):
        """The cost of the parameters as they are now."""
        return float(cost(self.params, *self._examples))


def _own(params):
    """Arrays of floats in the place of numbers and lists, to be changed in place."""
    for name in PARAMETERS:
        value = params[name]
        if isinstance(value, np.ndarray):
            if value.dtype.kind != "f" or not value.flags.writeable:
                raise ValueError(f"{name} must be a writable array of floats")
        else:
            params[name] = np.array(value, dtype=float)
    return np.result_type(*(params[name] for name in PARAMETERS))


def forward(params, inputs):
    """Every quantity that the inputs determine."""
    arrays, is_batch = _batched(inputs, INPUTS)
    v = array(params["v"])
    w = array(params["w"])
    x = arrays["x"]
    n_0 = v.shape[0]
    n_1 = v.shape[1]
    n_2 = w.shape[1]
    dtype = np.result_type(*(array(params[name]) for name in PARAMETERS))
    limit = _limit(dtype)
    # p_l[i] = Σ_k v[k,i]·x[k]
    p_l = x @ v
    exp_p_l = np.exp(-np.maximum(p_l, -limit))
    # o_l[i] = σ(p_l[i])
    o_l = 1.0 / (1.0 + exp_p_l)
    # p_r[j] = Σ_i w[i,j]·o_l[i]
    p_r = o_l @ w
    exp_p_r = np.exp(-np.maximum(p_r, -limit))
    # o_r[j] = σ(p_r[j])
    o_r = 1.0 / (1.0 + exp_p_r)
    results = {"p_l": p_l, "o_l": o_l, "p_r": p_r, "o_r": o_r}
    if not is_batch:
        results = {name: value[0] for name, value in results.items()}
    return results


def cost(params, inputs, targets):
    """The cost; of a batch, the mean over its examples."""
    arrays, _ = _batched({**inputs, **targets}, (*INPUTS, *TARGETS))
    v = array(params["v"])
    w = array(params["w"])
    x = arrays["x"]
    d = arrays["d"]
    n_0 = v.shape[0]
    n_1 = v.shape[1]
    n_2 = w.shape[1]
    dtype = np.result_type(*(array(params[name]) for name in PARAMETERS))
    limit = _limit(dtype)
    # p_l[i] = Σ_k v[k,i]·x[k]
    p_l = x @ v
    exp_p_l = np.exp(-np.maximum(p_l, -limit))
    # o_l[i] = σ(p_l[i])
    o_l = 1.0 / (1.0 + exp_p_l)
    # p_r[j] = Σ_i w[i,j]·o_l[i]
    p_r = o_l @ w
    exp_p_r = np.exp(-np.maximum(p_r, -limit))
    # o_r[j] = σ(p_r[j])
    o_r = 1.0 / (1.0 + exp_p_r)
    # P = −½ Σ_j (d[j] − o_r[j])²
    P = -(0.5 * np.sum(np.square(d - o_r), axis=1))
    return P.mean()


def gradients(params, inputs, targets):
    """The derivative of the cost by each parameter; of a batch, the mean."""
    arrays, _ = _batched({**inputs, **targets}, (*INPUTS, *TARGETS))
    v = array(params["v"])
    w = array(params["w"])
    x = arrays["x"]
    d = arrays["d"]
    n_0 = v.shape[0]
    n_1 = v.shape[1]
    n_2 = w.shape[1]
    scale = 1.0 / len(arrays["x"])
    dtype = np.result_type(*(array(params[name]) for name in PARAMETERS))
    limit = _limit(dtype)
    # p_l[i] = Σ_k v[k,i]·x[k]
    p_l = x @ v
    exp_p_l = np.exp(-np.maximum(p_l, -limit))
    # o_l[i] = σ(p_l[i])
    o_l = 1.0 / (1.0 + exp_p_l)
    # p_r[j] = Σ_i w[i,j]·o_l[i]
    p_r = o_l @ w
    exp_p_r = np.exp(-np.maximum(p_r, -limit))
    # o_r[j] = σ(p_r[j])
    o_r = 1.0 / (1.0 + exp_p_r)
    # δ_r[j] = (d[j] − o_r[j])·o_r[j]·(1 − o_r[j])
    # 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z
    delta_r = (d - o_r) * (o_r * (exp_p_r * o_r))
    # ∂P/∂w[i,j] = δ_r[j]·o_l[i]
    dP_dw = o_l.T @ (delta_r * scale)
    # δ_l[i] = o_l[i]·(1 − o_l[i])·Σ_j δ_r[j]·w[i,j]
    # 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z
    delta_l = delta_r @ w.T * (o_l * (exp_p_l * o_l))
    # ∂P/∂v[k,i] = δ_l[i]·x[k]
    dP_dv = x.T @ (delta_l * scale)
    return {"v": dP_dv, "w": dP_dw}


def bind(params, inputs, targets):
    """The network on these arrays: its updates change params in place."""
    dtype = _own(params)
    arrays, _ = _batched({**inputs, **targets}, (*INPUTS, *TARGETS))
    arrays = {n: np.ascontiguousarray(a, dtype) for n, a in arrays.items()}
    v = params["v"]
    w = params["w"]
    x = arrays["x"]
    d = arrays["d"]
    n_0 = v.shape[0]
    n_1 = v.shape[1]
    n_2 = w.shape[1]
    examples = len(arrays["x"])
    limit = _limit(dtype)
    p_l = np.zeros((examples, n_1), dtype)
    exp_p_l = p_l
    o_l = np.zeros((examples, n_1), dtype)
    p_r = np.zeros((examples, n_2), dtype)
    exp_p_r = p_r
    o_r = np.zeros((examples, n_2), dtype)
    delta_r = np.zeros((examples, n_2), dtype)
    work_1 = np.zeros((examples, n_2), dtype)
    dP_dw = np.zeros((n_1, n_2), dtype)
    delta_l = np.zeros((examples, n_1), dtype)
    work_2 = np.zeros((examples, n_1), dtype)
    dP_dv = np.zeros((n_0, n_1), dtype)

    def run(steps, rate):
        """So many updates, each with all examples."""
        scale = rate / examples
        for _ in range(steps):
            # p_l[i] = Σ_k v[k,i]·x[k]
            np.matmul(x, v, out=p_l)
            np.maximum(p_l, -limit, out=exp_p_l)
            np.negative(exp_p_l, out=exp_p_l)
            np.exp(exp_p_l, out=exp_p_l)
            # o_l[i] = σ(p_l[i])
            np.add(1.0, exp_p_l, out=o_l)
            np.divide(1.0, o_l, out=o_l)
            # p_r[j] = Σ_i w[i,j]·o_l[i]
            np.matmul(o_l, w, out=p_r)
            np.maximum(p_r, -limit, out=exp_p_r)
            np.negative(exp_p_r, out=exp_p_r)
            np.exp(exp_p_r, out=exp_p_r)
            # o_r[j] = σ(p_r[j])
            np.add(1.0, exp_p_r, out=o_r)
            np.divide(1.0, o_r, out=o_r)
            # δ_r[j] = (d[j] − o_r[j])·o_r[j]·(1 − o_r[j])
            # 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z
            np.subtract(d, o_r, out=delta_r)
            np.multiply(exp_p_r, o_r, out=work_1)
            np.multiply(o_r, work_1, out=work_1)
            np.multiply(delta_r, work_1, out=delta_r)
            np.multiply(scale, delta_r, out=delta_r)
            # ∂P/∂w[i,j] = δ_r[j]·o_l[i]
            np.matmul(o_l.T, delta_r, out=dP_dw)
            # δ_l[i] = o_l[i]·(1 − o_l[i])·Σ_j δ_r[j]·w[i,j]
            # 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z
            np.matmul(delta_r, w.T, out=delta_l)
            np.multiply(exp_p_l, o_l, out=work_2)
            np.multiply(o_l, work_2, out=work_2)
            np.multiply(delta_l, work_2, out=delta_l)
            # ∂P/∂v[k,i] = δ_l[i]·x[k]
            np.matmul(x.T, delta_l, out=dP_dv)
            # w[i,j] ← w[i,j] + α·∂P/∂w[i,j]
            np.add(w, dP_dw, out=w)
            # v[k,i] ← v[k,i] + α·∂P/∂v[k,i]
            np.add(v, dP_dv, out=v)

    return Bound(params, inputs, targets, run)
