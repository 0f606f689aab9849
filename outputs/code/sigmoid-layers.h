/* Sigmoid layers: forward, cost, gradients and training, made by symprop
 * from sigmoid-layers. */
#ifndef SIGMOID_LAYERS_H
#define SIGMOID_LAYERS_H

#ifdef __cplusplus
extern "C" {
#endif

#define SIGMOID_LAYERS_N_0 784
#define SIGMOID_LAYERS_N_2 10
#define SIGMOID_LAYERS_N_1 30

/* The network and its examples. Updates change the parameters in place. */
typedef struct {
  double *v_;      /* parameter, [SIGMOID_LAYERS_N_0][SIGMOID_LAYERS_N_1] */
  double *w;       /* parameter, [SIGMOID_LAYERS_N_1][SIGMOID_LAYERS_N_2] */
  const double *x; /* input, for each example, [SIGMOID_LAYERS_N_0] */
  const double *d; /* target, for each example, [SIGMOID_LAYERS_N_2] */
  long examples;
  double rate; /* of sigmoid_layers_again */
} sigmoid_layers;

/* The derivative of the cost by each parameter. */
typedef struct {
  double *v_; /* [SIGMOID_LAYERS_N_0][SIGMOID_LAYERS_N_1] */
  double *w;  /* [SIGMOID_LAYERS_N_1][SIGMOID_LAYERS_N_2] */
} sigmoid_layers_slopes;

/* Every quantity that the inputs determine, for each example; NULL where it
 * is not wanted. */
typedef struct {
  double *p_l; /* [SIGMOID_LAYERS_N_1] */
  double *o_l; /* [SIGMOID_LAYERS_N_1] */
  double *p_r; /* [SIGMOID_LAYERS_N_2] */
  double *o_r; /* [SIGMOID_LAYERS_N_2] */
} sigmoid_layers_values;

/* Parameters and constants as the network gives them, 0 where it does not;
 * arrays must exist. */
void sigmoid_layers_initial(sigmoid_layers *net);

/* Costs and gradients are means over the examples. All return 0, or 1 where
 * memory is missing. */
int sigmoid_layers_forward(const sigmoid_layers *net,
                           const sigmoid_layers_values *values);
int sigmoid_layers_cost(const sigmoid_layers *net, double *cost);
int sigmoid_layers_gradients(const sigmoid_layers *net,
                             sigmoid_layers_slopes *slopes);
int sigmoid_layers_step(sigmoid_layers *net, double rate);
int sigmoid_layers_run(sigmoid_layers *net, long steps, double rate);
/* a step with the rate of the network */
int sigmoid_layers_again(sigmoid_layers *net);

#ifdef __cplusplus
}
#endif

#endif
