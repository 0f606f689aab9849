"""Training: data matched to the network by name, the loop over a compiled network, weights and cost curves for the outside.

Nothing in here opens a file: texts and bytes come in, texts go out.  ::

    data = from_table(network, text, "data.csv")           # or from_npz, own_values
    compiled = compile_network(network, "c")
    begin = start(compiled.program, data, {}, seed=0)      # given weights, the network's values, else random ones
    trained = train(compiled, begin.weights, data, Plan(epochs=1000, rate=0.5))
    weights_text(trained.last.weights)                     # read back by read_weights and by the reader of networks
    svg(trained.records, "title", "E")
"""

from symprop.training.assumed import check_assumptions
from symprop.training.check import Comparison, compare_gradients
from symprop.training.chosen import held
from symprop.training.curve import plot, svg
from symprop.training.data import Data, from_npz, from_table, own_values
from symprop.training.initial import Start, own_sizes, start
from symprop.training.loop import Ending, Plan, Record, State, Trained, train
from symprop.training.outputs import outputs
from symprop.training.weights import read_weights, weights_text

__all__ = [
    "Comparison",
    "Data",
    "Ending",
    "Plan",
    "Record",
    "Start",
    "State",
    "Trained",
    "check_assumptions",
    "compare_gradients",
    "from_npz",
    "from_table",
    "held",
    "outputs",
    "own_sizes",
    "own_values",
    "plot",
    "read_weights",
    "start",
    "svg",
    "train",
    "weights_text",
]
