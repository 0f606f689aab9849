#include "two-two-two.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define TWO_TWO_TWO_LANES 16

#if defined(__GNUC__)
#define TWO_TWO_TWO_INLINE static inline __attribute__((always_inline))
#else
#define TWO_TWO_TWO_INLINE static inline
#endif

/* The larger of two numbers; a NaN in the first comes through. */
static inline double two_two_two_larger(double a, double b) {
  return b > a ? b : a;
}

/* exp(-z), finite for all z: exp(700) below -700.  A branch costs less time
 * than a maximum that exp would have to wait for. */
static inline double two_two_two_decay(double z) {
  return z < -700.0 ? 1.0142320547350045e+304 : exp(-z);
}

/* exp(x) within one unit in the last place, in a form that compilers vectorise:
 * x = k log(2) + r, a polynomial in r (the terms r^n / n!), times 2^k.
 * Above 709.8 it is infinite; below -708, where doubles lose digits, 0. */
static inline double two_two_two_exp(double x) {
  const double shift = 6755399441055744.0; /* 1.5 * 2^52: rounds */
  const double z = x > 710.0 ? 710.0 : (x < -708.0 ? -708.0 : x);
  const double k = (z * 1.4426950408889634 + shift) - shift;
  const double h = z - k * 0.6931471803691238;
  const double low = k * 1.9082149292705877e-10;
  const double r = h - low;
  const double lost = (h - r) - low; /* what rounding r has lost */
  const double r2 = r * r;
  const double r4 = r2 * r2;
  const double a = 0.5 + r * 0.16666666666666666;
  const double b = 0.041666666666666664 + r * 0.008333333333333333;
  const double c = 0.001388888888888889 + r * 0.0001984126984126984;
  const double d = 2.48015873015873e-05 + r * 2.7557319223985893e-06;
  const double e = 2.755731922398589e-07 + r * 2.505210838544172e-08;
  const double f = 2.08767569878681e-09 + r * 1.6059043836821613e-10;
  const double q = (a + r2 * b) + r4 * ((c + r2 * d) + r4 * (e + r2 * f));
  const double exponent = k + 1022.0 + 4503599627370496.0;
  double scale;
  uint64_t bits;
  memcpy(&bits, &exponent, sizeof bits);
  bits <<= 52; /* 2^(k - 1): its own exponent is in range where 2^k is not */
  memcpy(&scale, &bits, sizeof scale);
  return x < -708.0 ? 0.0 : ((1.0 + (r + (lost + r2 * q))) * 2.0) * scale;
}

void two_two_two_initial(two_two_two *net) {
  net->w_1 = 0.15;
  net->w_2 = 0.2;
  net->w_3 = 0.25;
  net->w_4 = 0.3;
  net->w_5 = 0.4;
  net->w_6 = 0.45;
  net->w_7 = 0.5;
  net->w_8 = 0.55;
  net->b_1 = 0.35;
  net->b_2 = 0.6;
}

int two_two_two_forward(const two_two_two *net,
                        const two_two_two_values *values) {
  const double w_1 = net->w_1;
  const double w_2 = net->w_2;
  const double w_3 = net->w_3;
  const double w_4 = net->w_4;
  const double w_5 = net->w_5;
  const double w_6 = net->w_6;
  const double w_7 = net->w_7;
  const double w_8 = net->w_8;
  const double b_1 = net->b_1;
  const double b_2 = net->b_2;
  for (long n = 0; n < net->examples; n++) {
    const double i_1 = net->i_1[n];
    const double i_2 = net->i_2[n];
    /* net_h1 = w_1·i_1 + w_2·i_2 + b_1 */
    const double net_h1 = w_1 * i_1 + w_2 * i_2 + b_1;
    const double exp_net_h1 = two_two_two_decay(net_h1);
    /* out_h1 = σ(net_h1) */
    const double out_h1 = 1.0 / (1.0 + exp_net_h1);
    /* net_h2 = w_3·i_1 + w_4·i_2 + b_1 */
    const double net_h2 = w_3 * i_1 + w_4 * i_2 + b_1;
    const double exp_net_h2 = two_two_two_decay(net_h2);
    /* out_h2 = σ(net_h2) */
    const double out_h2 = 1.0 / (1.0 + exp_net_h2);
    /* net_o1 = w_5·out_h1 + w_6·out_h2 + b_2 */
    const double net_o1 = w_5 * out_h1 + w_6 * out_h2 + b_2;
    const double exp_net_o1 = two_two_two_decay(net_o1);
    /* out_o1 = σ(net_o1) */
    const double out_o1 = 1.0 / (1.0 + exp_net_o1);
    /* net_o2 = w_7·out_h1 + w_8·out_h2 + b_2 */
    const double net_o2 = w_7 * out_h1 + w_8 * out_h2 + b_2;
    const double exp_net_o2 = two_two_two_decay(net_o2);
    /* out_o2 = σ(net_o2) */
    const double out_o2 = 1.0 / (1.0 + exp_net_o2);
    if (values->net_h1)
      values->net_h1[n] = net_h1;
    if (values->out_h1)
      values->out_h1[n] = out_h1;
    if (values->net_h2)
      values->net_h2[n] = net_h2;
    if (values->out_h2)
      values->out_h2[n] = out_h2;
    if (values->net_o1)
      values->net_o1[n] = net_o1;
    if (values->out_o1)
      values->out_o1[n] = out_o1;
    if (values->net_o2)
      values->net_o2[n] = net_o2;
    if (values->out_o2)
      values->out_o2[n] = out_o2;
  }
  return 0;
}

typedef struct {
  double E_total[TWO_TWO_TWO_LANES];
} two_two_two_cost_sums;

/* Adds up the cost of count examples from first on, each in its lane. */
TWO_TWO_TWO_INLINE void
two_two_two_cost_block(const two_two_two *net, long first, long count,
                       two_two_two_cost_sums *restrict sums) {
  const double w_1 = net->w_1;
  const double w_2 = net->w_2;
  const double w_3 = net->w_3;
  const double w_4 = net->w_4;
  const double w_5 = net->w_5;
  const double w_6 = net->w_6;
  const double w_7 = net->w_7;
  const double w_8 = net->w_8;
  const double b_1 = net->b_1;
  const double b_2 = net->b_2;
  for (long lane = 0; lane < count; lane++) {
    const double i_1 = net->i_1[first + lane];
    const double i_2 = net->i_2[first + lane];
    const double target_o1 = net->target_o1[first + lane];
    const double target_o2 = net->target_o2[first + lane];
    const double net_h1 = w_1 * i_1 + w_2 * i_2 + b_1;
    const double exp_net_h1 =
        two_two_two_exp(-two_two_two_larger(net_h1, -700.0));
    const double out_h1 = 1.0 / (1.0 + exp_net_h1);
    const double net_h2 = w_3 * i_1 + w_4 * i_2 + b_1;
    const double exp_net_h2 =
        two_two_two_exp(-two_two_two_larger(net_h2, -700.0));
    const double out_h2 = 1.0 / (1.0 + exp_net_h2);
    const double net_o1 = w_5 * out_h1 + w_6 * out_h2 + b_2;
    const double exp_net_o1 =
        two_two_two_exp(-two_two_two_larger(net_o1, -700.0));
    const double out_o1 = 1.0 / (1.0 + exp_net_o1);
    const double net_o2 = w_7 * out_h1 + w_8 * out_h2 + b_2;
    const double exp_net_o2 =
        two_two_two_exp(-two_two_two_larger(net_o2, -700.0));
    const double out_o2 = 1.0 / (1.0 + exp_net_o2);
    const double difference_target_o1 = target_o1 - out_o1;
    const double E_o1 = 0.5 * (difference_target_o1 * difference_target_o1);
    const double difference_target_o2 = target_o2 - out_o2;
    const double E_o2 = 0.5 * (difference_target_o2 * difference_target_o2);
    const double E_total = E_o1 + E_o2;
    sums->E_total[lane] += E_total;
  }
}

static void two_two_two_cost_all(const two_two_two *net,
                                 two_two_two_cost_sums *sums) {
  long n = 0;
  memset(sums, 0, sizeof *sums);
  for (; n + TWO_TWO_TWO_LANES <= net->examples; n += TWO_TWO_TWO_LANES) {
    two_two_two_cost_block(net, n, TWO_TWO_TWO_LANES, sums);
  }
  two_two_two_cost_block(net, n, net->examples - n, sums);
}

static inline double two_two_two_total(const double *lanes) {
  double total = 0.0;
  for (long lane = 0; lane < TWO_TWO_TWO_LANES; lane++)
    total += lanes[lane];
  return total;
}

int two_two_two_cost(const two_two_two *net, double *cost) {
  two_two_two_cost_sums sums;
  two_two_two_cost_all(net, &sums);
  *cost = two_two_two_total(sums.E_total) / (double)net->examples;
  return 0;
}

typedef struct {
  double w_1[TWO_TWO_TWO_LANES];
  double w_2[TWO_TWO_TWO_LANES];
  double w_3[TWO_TWO_TWO_LANES];
  double w_4[TWO_TWO_TWO_LANES];
  double w_5[TWO_TWO_TWO_LANES];
  double w_6[TWO_TWO_TWO_LANES];
  double w_7[TWO_TWO_TWO_LANES];
  double w_8[TWO_TWO_TWO_LANES];
} two_two_two_gradients_sums;

/* Adds up the gradients of count examples from first on, each in its lane. */
TWO_TWO_TWO_INLINE void
two_two_two_gradients_block(const two_two_two *net, long first, long count,
                            two_two_two_gradients_sums *restrict sums) {
  const double w_1 = net->w_1;
  const double w_2 = net->w_2;
  const double w_3 = net->w_3;
  const double w_4 = net->w_4;
  const double w_5 = net->w_5;
  const double w_6 = net->w_6;
  const double w_7 = net->w_7;
  const double w_8 = net->w_8;
  const double b_1 = net->b_1;
  const double b_2 = net->b_2;
  for (long lane = 0; lane < count; lane++) {
    const double i_1 = net->i_1[first + lane];
    const double i_2 = net->i_2[first + lane];
    const double target_o1 = net->target_o1[first + lane];
    const double target_o2 = net->target_o2[first + lane];
    /* net_h1 = w_1·i_1 + w_2·i_2 + b_1 */
    const double net_h1 = w_1 * i_1 + w_2 * i_2 + b_1;
    const double exp_net_h1 =
        two_two_two_exp(-two_two_two_larger(net_h1, -700.0));
    /* out_h1 = σ(net_h1) */
    const double out_h1 = 1.0 / (1.0 + exp_net_h1);
    /* net_h2 = w_3·i_1 + w_4·i_2 + b_1 */
    const double net_h2 = w_3 * i_1 + w_4 * i_2 + b_1;
    const double exp_net_h2 =
        two_two_two_exp(-two_two_two_larger(net_h2, -700.0));
    /* out_h2 = σ(net_h2) */
    const double out_h2 = 1.0 / (1.0 + exp_net_h2);
    /* net_o1 = w_5·out_h1 + w_6·out_h2 + b_2 */
    const double net_o1 = w_5 * out_h1 + w_6 * out_h2 + b_2;
    const double exp_net_o1 =
        two_two_two_exp(-two_two_two_larger(net_o1, -700.0));
    /* out_o1 = σ(net_o1) */
    const double out_o1 = 1.0 / (1.0 + exp_net_o1);
    /* net_o2 = w_7·out_h1 + w_8·out_h2 + b_2 */
    const double net_o2 = w_7 * out_h1 + w_8 * out_h2 + b_2;
    const double exp_net_o2 =
        two_two_two_exp(-two_two_two_larger(net_o2, -700.0));
    /* out_o2 = σ(net_o2) */
    const double out_o2 = 1.0 / (1.0 + exp_net_o2);
    /* δ_o1 = −(target_o1 − out_o1)·out_o1·(1 − out_o1) */
    /* 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z */
    const double delta_o1 =
        (out_o1 - target_o1) * (out_o1 * (exp_net_o1 * out_o1));
    /* δ_o2 = −(target_o2 − out_o2)·out_o2·(1 − out_o2) */
    /* 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z */
    const double delta_o2 =
        (out_o2 - target_o2) * (out_o2 * (exp_net_o2 * out_o2));
    /* ∂E_total/∂w_5 = δ_o1·out_h1 */
    sums->w_5[lane] += delta_o1 * out_h1;
    /* ∂E_total/∂w_6 = δ_o1·out_h2 */
    sums->w_6[lane] += delta_o1 * out_h2;
    /* ∂E_total/∂w_7 = δ_o2·out_h1 */
    sums->w_7[lane] += delta_o2 * out_h1;
    /* ∂E_total/∂w_8 = δ_o2·out_h2 */
    sums->w_8[lane] += delta_o2 * out_h2;
    /* δ_h1 = (δ_o1·w_5 + δ_o2·w_7)·out_h1·(1 − out_h1) */
    /* 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z */
    const double delta_h1 =
        (delta_o1 * w_5 + delta_o2 * w_7) * (out_h1 * (exp_net_h1 * out_h1));
    /* δ_h2 = (δ_o1·w_6 + δ_o2·w_8)·out_h2·(1 − out_h2) */
    /* 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z */
    const double delta_h2 =
        (delta_o1 * w_6 + delta_o2 * w_8) * (out_h2 * (exp_net_h2 * out_h2));
    /* ∂E_total/∂w_1 = δ_h1·i_1 */
    sums->w_1[lane] += delta_h1 * i_1;
    /* ∂E_total/∂w_2 = δ_h1·i_2 */
    sums->w_2[lane] += delta_h1 * i_2;
    /* ∂E_total/∂w_3 = δ_h2·i_1 */
    sums->w_3[lane] += delta_h2 * i_1;
    /* ∂E_total/∂w_4 = δ_h2·i_2 */
    sums->w_4[lane] += delta_h2 * i_2;
  }
}

static void two_two_two_gradients_all(const two_two_two *net,
                                      two_two_two_gradients_sums *sums) {
  long n = 0;
  memset(sums, 0, sizeof *sums);
  for (; n + TWO_TWO_TWO_LANES <= net->examples; n += TWO_TWO_TWO_LANES) {
    two_two_two_gradients_block(net, n, TWO_TWO_TWO_LANES, sums);
  }
  two_two_two_gradients_block(net, n, net->examples - n, sums);
}

int two_two_two_gradients(const two_two_two *net, two_two_two_slopes *slopes) {
  two_two_two_gradients_sums sums;
  const double n = (double)net->examples;
  two_two_two_gradients_all(net, &sums);
  slopes->w_1 = two_two_two_total(sums.w_1) / n;
  slopes->w_2 = two_two_two_total(sums.w_2) / n;
  slopes->w_3 = two_two_two_total(sums.w_3) / n;
  slopes->w_4 = two_two_two_total(sums.w_4) / n;
  slopes->w_5 = two_two_two_total(sums.w_5) / n;
  slopes->w_6 = two_two_two_total(sums.w_6) / n;
  slopes->w_7 = two_two_two_total(sums.w_7) / n;
  slopes->w_8 = two_two_two_total(sums.w_8) / n;
  return 0;
}

/* Updates with one example: all weights stay in registers. */
static void two_two_two_run_one(two_two_two *net, long steps, double rate) {
  double w_1 = net->w_1;
  double w_2 = net->w_2;
  double w_3 = net->w_3;
  double w_4 = net->w_4;
  double w_5 = net->w_5;
  double w_6 = net->w_6;
  double w_7 = net->w_7;
  double w_8 = net->w_8;
  const double b_1 = net->b_1;
  const double b_2 = net->b_2;
  const double i_1 = net->i_1[0];
  const double i_2 = net->i_2[0];
  const double target_o1 = net->target_o1[0];
  const double target_o2 = net->target_o2[0];
  for (long n = 0; n < steps; n++) {
    /* net_h1 = w_1·i_1 + w_2·i_2 + b_1 */
    const double net_h1 = w_1 * i_1 + w_2 * i_2 + b_1;
    const double exp_net_h1 = two_two_two_decay(net_h1);
    /* out_h1 = σ(net_h1) */
    const double out_h1 = 1.0 / (1.0 + exp_net_h1);
    /* net_h2 = w_3·i_1 + w_4·i_2 + b_1 */
    const double net_h2 = w_3 * i_1 + w_4 * i_2 + b_1;
    const double exp_net_h2 = two_two_two_decay(net_h2);
    /* out_h2 = σ(net_h2) */
    const double out_h2 = 1.0 / (1.0 + exp_net_h2);
    /* net_o1 = w_5·out_h1 + w_6·out_h2 + b_2 */
    const double net_o1 = w_5 * out_h1 + w_6 * out_h2 + b_2;
    const double exp_net_o1 = two_two_two_decay(net_o1);
    /* out_o1 = σ(net_o1) */
    const double out_o1 = 1.0 / (1.0 + exp_net_o1);
    /* net_o2 = w_7·out_h1 + w_8·out_h2 + b_2 */
    const double net_o2 = w_7 * out_h1 + w_8 * out_h2 + b_2;
    const double exp_net_o2 = two_two_two_decay(net_o2);
    /* out_o2 = σ(net_o2) */
    const double out_o2 = 1.0 / (1.0 + exp_net_o2);
    /* δ_o1 = −(target_o1 − out_o1)·out_o1·(1 − out_o1) */
    /* 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z */
    const double delta_o1 =
        (out_o1 - target_o1) * (out_o1 * (exp_net_o1 * out_o1));
    /* δ_o2 = −(target_o2 − out_o2)·out_o2·(1 − out_o2) */
    /* 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z */
    const double delta_o2 =
        (out_o2 - target_o2) * (out_o2 * (exp_net_o2 * out_o2));
    /* δ_h1 = (δ_o1·w_5 + δ_o2·w_7)·out_h1·(1 − out_h1) */
    /* 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z */
    const double delta_h1 =
        (delta_o1 * w_5 + delta_o2 * w_7) * (out_h1 * (exp_net_h1 * out_h1));
    /* δ_h2 = (δ_o1·w_6 + δ_o2·w_8)·out_h2·(1 − out_h2) */
    /* 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z */
    const double delta_h2 =
        (delta_o1 * w_6 + delta_o2 * w_8) * (out_h2 * (exp_net_h2 * out_h2));
    /* w_5 ← w_5 − η·∂E_total/∂w_5 */
    w_5 = w_5 - rate * out_h1 * delta_o1;
    /* w_6 ← w_6 − η·∂E_total/∂w_6 */
    w_6 = w_6 - rate * out_h2 * delta_o1;
    /* w_7 ← w_7 − η·∂E_total/∂w_7 */
    w_7 = w_7 - rate * out_h1 * delta_o2;
    /* w_8 ← w_8 − η·∂E_total/∂w_8 */
    w_8 = w_8 - rate * out_h2 * delta_o2;
    /* w_1 ← w_1 − η·∂E_total/∂w_1 */
    w_1 = w_1 - rate * i_1 * delta_h1;
    /* w_2 ← w_2 − η·∂E_total/∂w_2 */
    w_2 = w_2 - rate * i_2 * delta_h1;
    /* w_3 ← w_3 − η·∂E_total/∂w_3 */
    w_3 = w_3 - rate * i_1 * delta_h2;
    /* w_4 ← w_4 − η·∂E_total/∂w_4 */
    w_4 = w_4 - rate * i_2 * delta_h2;
  }
  net->w_1 = w_1;
  net->w_2 = w_2;
  net->w_3 = w_3;
  net->w_4 = w_4;
  net->w_5 = w_5;
  net->w_6 = w_6;
  net->w_7 = w_7;
  net->w_8 = w_8;
}

int two_two_two_run(two_two_two *net, long steps, double rate) {
  if (net->examples == 1) {
    two_two_two_run_one(net, steps, rate);
    return 0;
  }
  for (long n = 0; n < steps; n++) {
    two_two_two_slopes slopes;
    two_two_two_gradients(net, &slopes);
    net->w_5 = net->w_5 - rate * slopes.w_5;
    net->w_6 = net->w_6 - rate * slopes.w_6;
    net->w_7 = net->w_7 - rate * slopes.w_7;
    net->w_8 = net->w_8 - rate * slopes.w_8;
    net->w_1 = net->w_1 - rate * slopes.w_1;
    net->w_2 = net->w_2 - rate * slopes.w_2;
    net->w_3 = net->w_3 - rate * slopes.w_3;
    net->w_4 = net->w_4 - rate * slopes.w_4;
  }
  return 0;
}

int two_two_two_step(two_two_two *net, double rate) {
  return two_two_two_run(net, 1, rate);
}

int two_two_two_again(two_two_two *net) {
  return two_two_two_run(net, 1, net->rate);
}
