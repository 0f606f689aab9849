"""Softmax with cross-entropy: forward, cost, gradients and update.

symprop made this from the network softmax_cross_entropy; it needs NumPy, and nothing of symprop.
A batch has its examples along the first axis; costs and gradients are means over it.
"""

import numpy as np

PARAMETERS = ("W", "b")
INPUTS = ("x",)
TARGETS = ("t",)
CONSTANTS = {}
_AXES = {"x": 1, "t": 1}


def initial():
    """Parameters, inputs and targets as the network gives them; None where it does not."""
    params = {"W": None, "b": None}
    inputs = {"x": None}
    targets = {"t": None}
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


def _softmax(values, axis):
    """Exponentials that sum to 1; the largest is taken out, so that none overflows."""
    powers = np.exp(values - values.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _log_softmax(values, axis):
    """Logarithms of the softmax, without the softmax: right where it rounds to 0 or 1."""
    shifted = values - values.max(axis=axis, keepdims=True)
    return shifted - np.expand_dims(_log_sum_exp(shifted, axis), axis)


def _log_sum_exp(values, axis):
    """Logarithm of the sum of exponentials; the largest is taken out of the sum."""
    top = np.expand_dims(values.argmax(axis=axis), axis)
    largest = np.take_along_axis(values, top, axis)
    powers = np.exp(values - largest)
    np.put_along_axis(powers, top, 0.0, axis)
    return largest.squeeze(axis) + np.log1p(powers.sum(axis=axis))


def update(params, inputs, targets, rate):
    """The parameters after one step against the gradient."""
    slopes = gradients(params, inputs, targets)
    return {name: array(params[name]) - rate * slopes[name] for name in PARAMETERS}


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
    W = array(params["W"])
    b = array(params["b"])
    x = arrays["x"]
    m = W.shape[0]
    n = W.shape[1]
    # z[j] = Σ_k W[j,k]·x[k] + b[j]
    z = x @ W.T + b
    # y[j] = softmax(z[q], q)[j]
    y = _softmax(z, 1)
    results = {"z": z, "y": y}
    if not is_batch:
        results = {name: value[0] for name, value in results.items()}
    return results


def cost(params, inputs, targets):
    """The cost; of a batch, the mean over its examples."""
    arrays, _ = _batched({**inputs, **targets}, (*INPUTS, *TARGETS))
    W = array(params["W"])
    b = array(params["b"])
    x = arrays["x"]
    t = arrays["t"]
    m = W.shape[0]
    n = W.shape[1]
    # z[j] = Σ_k W[j,k]·x[k] + b[j]
    z = x @ W.T + b
    log_softmax_z = _log_softmax(z, 1)
    # E = −Σ_j t[j]·log(y[j])
    # the logarithm of a softmax is computed from z, which stays finite where the softmax rounds to 0
    E = -np.sum(t * log_softmax_z, axis=1)
    return E.mean()


def gradients(params, inputs, targets):
    """The derivative of the cost by each parameter; of a batch, the mean."""
    arrays, _ = _batched({**inputs, **targets}, (*INPUTS, *TARGETS))
    W = array(params["W"])
    b = array(params["b"])
    x = arrays["x"]
    t = arrays["t"]
    m = W.shape[0]
    n = W.shape[1]
    scale = 1.0 / len(arrays["x"])
    # z[j] = Σ_k W[j,k]·x[k] + b[j]
    z = x @ W.T + b
    # y[j] = softmax(z[q], q)[j]
    y = _softmax(z, 1)
    # δ[j] = y[j] − t[j]
    delta = y - t
    # ∂E/∂W[j,k] = δ[j]·x[k]
    dE_dW = (delta * scale).T @ x
    # ∂E/∂b[j] = δ[j]
    dE_db = np.sum(delta * scale, axis=0)
    return {"W": dE_dW, "b": dE_db}


def bind(params, inputs, targets):
    """The network on these arrays: its updates change params in place."""
    dtype = _own(params)
    arrays, _ = _batched({**inputs, **targets}, (*INPUTS, *TARGETS))
    arrays = {n: np.ascontiguousarray(a, dtype) for n, a in arrays.items()}
    W = params["W"]
    b = params["b"]
    x = arrays["x"]
    t = arrays["t"]
    m = W.shape[0]
    n = W.shape[1]
    examples = len(arrays["x"])
    z = np.zeros((examples, m), dtype)
    y = np.zeros((examples, m), dtype)
    delta = y
    dE_dW = np.zeros((m, n), dtype)
    dE_db = np.zeros((m,), dtype)

    def run(steps, rate):
        """So many updates, each with all examples."""
        scale = rate / examples
        for _ in range(steps):
            # z[j] = Σ_k W[j,k]·x[k] + b[j]
            np.matmul(x, W.T, out=z)
            np.add(z, b, out=z)
            # y[j] = softmax(z[q], q)[j]
            y[...] = _softmax(z, 1)
            # δ[j] = y[j] − t[j]
            np.subtract(y, t, out=delta)
            np.multiply(scale, delta, out=delta)
            # ∂E/∂W[j,k] = δ[j]·x[k]
            np.matmul(delta.T, x, out=dE_dW)
            # ∂E/∂b[j] = δ[j]
            np.add.reduce(delta, axis=0, out=dE_db)
            # W[j,k] ← W[j,k] − η·∂E/∂W[j,k]
            np.subtract(W, dE_dW, out=W)
            # b[j] ← b[j] − η·∂E/∂b[j]
            np.subtract(b, dE_db, out=b)

    return Bound(params, inputs, targets, run)
