"""The derivation as numeric code: one straight-line :class:`~symprop.codegen.program.Program`, and backends that spell it.

From Python::

    net = compile_network(network, "c", update="simultaneous")     # or "numpy", "python", "lambdify"
    net.backend                                 # the one that serves: without a compiler another than was asked for
    params, inputs, targets = net.initial()     # mappings from name to number or array, from the network's `values`
    net.forward(params, inputs); net.cost(params, inputs, targets)
    net.gradients(params, inputs, targets); net.update(params, inputs, targets, rate)
    bound = net.bind(params, inputs, targets)   # the fast door: works in place
    bound.step(rate); bound.run(steps, rate)    # every step uses all bound examples
    bound.cost()                                # of the weights as they are now
    bound.params                                # the caller's mapping; its arrays hold the weights as they are now

A batch has its examples along the first axis of every input and target; costs and gradients are then means over the
examples.  ``bind`` replaces plain numbers in ``params`` by 0-d arrays (by numbers, in pure Python) that follow the weights.
A minibatch is a ``bind`` of slices; that costs some microseconds and copies nothing.  Names without a value in the network
are None in what ``initial`` returns.

To write files: ``generate(network, target, name=…)`` returns the text of each by its suffix.
"""

from symprop.codegen.api import BACKENDS, compile_network, generate
from symprop.codegen.compiled import Compiled

__all__ = ["BACKENDS", "Compiled", "compile_network", "generate"]
