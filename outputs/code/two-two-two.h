/* Two inputs, two hidden neurons, two outputs: forward, cost, gradients and
 * training, made by symprop from two-two-two. */
#ifndef TWO_TWO_TWO_H
#define TWO_TWO_TWO_H

#ifdef __cplusplus
extern "C" {
#endif

/* The network and its examples. Updates change the parameters in place. */
typedef struct {
  double w_1;              /* parameter */
  double w_2;              /* parameter */
  double w_3;              /* parameter */
  double w_4;              /* parameter */
  double w_5;              /* parameter */
  double w_6;              /* parameter */
  double w_7;              /* parameter */
  double w_8;              /* parameter */
  double b_1;              /* constant */
  double b_2;              /* constant */
  const double *i_1;       /* input, for each example */
  const double *i_2;       /* input, for each example */
  const double *target_o1; /* target, for each example */
  const double *target_o2; /* target, for each example */
  long examples;
  double rate; /* of two_two_two_again */
} two_two_two;

/* The derivative of the cost by each parameter. */
typedef struct {
  double w_1;
  double w_2;
  double w_3;
  double w_4;
  double w_5;
  double w_6;
  double w_7;
  double w_8;
} two_two_two_slopes;

/* Every quantity that the inputs determine, for each example; NULL where it
 * is not wanted. */
typedef struct {
  double *net_h1;
  double *out_h1;
  double *net_h2;
  double *out_h2;
  double *net_o1;
  double *out_o1;
  double *net_o2;
  double *out_o2;
} two_two_two_values;

/* Parameters and constants as the network gives them, 0 where it does not;
 * arrays must exist. */
void two_two_two_initial(two_two_two *net);

/* Costs and gradients are means over the examples. All return 0, or 1 where
 * memory is missing. */
int two_two_two_forward(const two_two_two *net,
                        const two_two_two_values *values);
int two_two_two_cost(const two_two_two *net, double *cost);
int two_two_two_gradients(const two_two_two *net, two_two_two_slopes *slopes);
int two_two_two_step(two_two_two *net, double rate);
int two_two_two_run(two_two_two *net, long steps, double rate);
/* a step with the rate of the network */
int two_two_two_again(two_two_two *net);

#ifdef __cplusplus
}
#endif

#endif
