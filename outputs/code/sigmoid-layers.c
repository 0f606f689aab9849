#include "sigmoid-layers.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SIGMOID_LAYERS_LANES 16
#define SIGMOID_LAYERS_ROWS 4
#define SIGMOID_LAYERS_BLOCK 64

#if defined(__GNUC__)
#define SIGMOID_LAYERS_INLINE static inline __attribute__((always_inline))
#else
#define SIGMOID_LAYERS_INLINE static inline
#endif

/* The larger of two numbers; a NaN in the first comes through. */
static inline double sigmoid_layers_larger(double a, double b) {
  return b > a ? b : a;
}

static inline double sigmoid_layers_square(double x) { return x * x; }

/* exp(x) within one unit in the last place, in a form that compilers vectorise:
 * x = k log(2) + r, a polynomial in r (the terms r^n / n!), times 2^k.
 * Above 709.8 it is infinite; below -708, where doubles lose digits, 0. */
static inline double sigmoid_layers_exp(double x) {
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

/* Everything that is computed, for as many examples as there are lanes;
 * gradients are sums over the examples. */
typedef struct {
  double x[SIGMOID_LAYERS_N_0][SIGMOID_LAYERS_LANES];
  double d[SIGMOID_LAYERS_N_2][SIGMOID_LAYERS_LANES];
  double p_l[SIGMOID_LAYERS_N_1][SIGMOID_LAYERS_LANES];
  double exp_p_l[SIGMOID_LAYERS_N_1][SIGMOID_LAYERS_LANES];
  double o_l[SIGMOID_LAYERS_N_1][SIGMOID_LAYERS_LANES];
  double p_r[SIGMOID_LAYERS_N_2][SIGMOID_LAYERS_LANES];
  double exp_p_r[SIGMOID_LAYERS_N_2][SIGMOID_LAYERS_LANES];
  double o_r[SIGMOID_LAYERS_N_2][SIGMOID_LAYERS_LANES];
  double P[SIGMOID_LAYERS_LANES];
  double delta_r[SIGMOID_LAYERS_N_2][SIGMOID_LAYERS_LANES];
  double dP_dw[SIGMOID_LAYERS_N_1][SIGMOID_LAYERS_N_2];
  double delta_l[SIGMOID_LAYERS_N_1][SIGMOID_LAYERS_LANES];
  double dP_dv[SIGMOID_LAYERS_N_0][SIGMOID_LAYERS_N_1];
} sigmoid_layers_work;

void sigmoid_layers_initial(sigmoid_layers *net) {
  memset(net->v_, 0, sizeof(double) * SIGMOID_LAYERS_N_0 * SIGMOID_LAYERS_N_1);
  memset(net->w, 0, sizeof(double) * SIGMOID_LAYERS_N_1 * SIGMOID_LAYERS_N_2);
}

SIGMOID_LAYERS_INLINE void
sigmoid_layers_forward_block(const sigmoid_layers *net, long first, long count,
                             sigmoid_layers_work *work) {
  double (*v_)[SIGMOID_LAYERS_N_1] = (double (*)[SIGMOID_LAYERS_N_1])net->v_;
  double (*w)[SIGMOID_LAYERS_N_2] = (double (*)[SIGMOID_LAYERS_N_2])net->w;
  for (long lane = 0; lane < count; lane++) {
    for (long n_1 = 0; n_1 < SIGMOID_LAYERS_N_0; n_1++) {
      work->x[n_1][lane] = net->x[(first + lane) * SIGMOID_LAYERS_N_0 + n_1];
    }
  }
  /* p_l[i] = Σ_k v[k,i]·x[k] */
  for (long tile = 0; tile < SIGMOID_LAYERS_N_1; tile += SIGMOID_LAYERS_ROWS) {
    double sums[SIGMOID_LAYERS_ROWS][SIGMOID_LAYERS_LANES] = {{0.0}};
    const long i_0 = tile;
    const long i_1 =
        tile + 1 < SIGMOID_LAYERS_N_1 ? tile + 1 : SIGMOID_LAYERS_N_1 - 1;
    const long i_2 =
        tile + 2 < SIGMOID_LAYERS_N_1 ? tile + 2 : SIGMOID_LAYERS_N_1 - 1;
    const long i_3 =
        tile + 3 < SIGMOID_LAYERS_N_1 ? tile + 3 : SIGMOID_LAYERS_N_1 - 1;
    for (long k_ = 0; k_ < SIGMOID_LAYERS_N_0; k_++) {
      for (long lane = 0; lane < count; lane++) {
        sums[0][lane] += v_[k_][i_0] * work->x[k_][lane];
        sums[1][lane] += v_[k_][i_1] * work->x[k_][lane];
        sums[2][lane] += v_[k_][i_2] * work->x[k_][lane];
        sums[3][lane] += v_[k_][i_3] * work->x[k_][lane];
      }
    }
    for (long row = 0;
         row < SIGMOID_LAYERS_ROWS && tile + row < SIGMOID_LAYERS_N_1; row++) {
      const long i = tile + row;
      for (long lane = 0; lane < count; lane++) {
        work->p_l[i][lane] = sums[row][lane];
      }
    }
  }
  for (long i = 0; i < SIGMOID_LAYERS_N_1; i++) {
    for (long lane = 0; lane < count; lane++) {
      work->exp_p_l[i][lane] = sigmoid_layers_exp(
          -sigmoid_layers_larger(work->p_l[i][lane], -700.0));
    }
  }
  /* o_l[i] = σ(p_l[i]) */
  for (long i = 0; i < SIGMOID_LAYERS_N_1; i++) {
    for (long lane = 0; lane < count; lane++) {
      work->o_l[i][lane] = 1.0 / (1.0 + work->exp_p_l[i][lane]);
    }
  }
  /* p_r[j] = Σ_i w[i,j]·o_l[i] */
  for (long tile = 0; tile < SIGMOID_LAYERS_N_2; tile += SIGMOID_LAYERS_ROWS) {
    double sums[SIGMOID_LAYERS_ROWS][SIGMOID_LAYERS_LANES] = {{0.0}};
    const long j_0 = tile;
    const long j_1 =
        tile + 1 < SIGMOID_LAYERS_N_2 ? tile + 1 : SIGMOID_LAYERS_N_2 - 1;
    const long j_2 =
        tile + 2 < SIGMOID_LAYERS_N_2 ? tile + 2 : SIGMOID_LAYERS_N_2 - 1;
    const long j_3 =
        tile + 3 < SIGMOID_LAYERS_N_2 ? tile + 3 : SIGMOID_LAYERS_N_2 - 1;
    for (long i = 0; i < SIGMOID_LAYERS_N_1; i++) {
      for (long lane = 0; lane < count; lane++) {
        sums[0][lane] += w[i][j_0] * work->o_l[i][lane];
        sums[1][lane] += w[i][j_1] * work->o_l[i][lane];
        sums[2][lane] += w[i][j_2] * work->o_l[i][lane];
        sums[3][lane] += w[i][j_3] * work->o_l[i][lane];
      }
    }
    for (long row = 0;
         row < SIGMOID_LAYERS_ROWS && tile + row < SIGMOID_LAYERS_N_2; row++) {
      const long j = tile + row;
      for (long lane = 0; lane < count; lane++) {
        work->p_r[j][lane] = sums[row][lane];
      }
    }
  }
  for (long j = 0; j < SIGMOID_LAYERS_N_2; j++) {
    for (long lane = 0; lane < count; lane++) {
      work->exp_p_r[j][lane] = sigmoid_layers_exp(
          -sigmoid_layers_larger(work->p_r[j][lane], -700.0));
    }
  }
  /* o_r[j] = σ(p_r[j]) */
  for (long j = 0; j < SIGMOID_LAYERS_N_2; j++) {
    for (long lane = 0; lane < count; lane++) {
      work->o_r[j][lane] = 1.0 / (1.0 + work->exp_p_r[j][lane]);
    }
  }
}

int sigmoid_layers_forward(const sigmoid_layers *net,
                           const sigmoid_layers_values *values) {
  sigmoid_layers_work *work = malloc(sizeof *work);
  if (!work)
    return 1;
  for (long first = 0; first < net->examples; first += SIGMOID_LAYERS_LANES) {
    const long rest = net->examples - first;
    const long count =
        rest < SIGMOID_LAYERS_LANES ? rest : SIGMOID_LAYERS_LANES;
    sigmoid_layers_forward_block(net, first, count, work);
    if (values->p_l) {
      for (long lane = 0; lane < count; lane++) {
        for (long n_1 = 0; n_1 < SIGMOID_LAYERS_N_1; n_1++) {
          values->p_l[(first + lane) * SIGMOID_LAYERS_N_1 + n_1] =
              work->p_l[n_1][lane];
        }
      }
    }
    if (values->o_l) {
      for (long lane = 0; lane < count; lane++) {
        for (long n_1 = 0; n_1 < SIGMOID_LAYERS_N_1; n_1++) {
          values->o_l[(first + lane) * SIGMOID_LAYERS_N_1 + n_1] =
              work->o_l[n_1][lane];
        }
      }
    }
    if (values->p_r) {
      for (long lane = 0; lane < count; lane++) {
        for (long n_1 = 0; n_1 < SIGMOID_LAYERS_N_2; n_1++) {
          values->p_r[(first + lane) * SIGMOID_LAYERS_N_2 + n_1] =
              work->p_r[n_1][lane];
        }
      }
    }
    if (values->o_r) {
      for (long lane = 0; lane < count; lane++) {
        for (long n_1 = 0; n_1 < SIGMOID_LAYERS_N_2; n_1++) {
          values->o_r[(first + lane) * SIGMOID_LAYERS_N_2 + n_1] =
              work->o_r[n_1][lane];
        }
      }
    }
  }
  free(work);
  return 0;
}

SIGMOID_LAYERS_INLINE void
sigmoid_layers_cost_block(const sigmoid_layers *net, long first, long count,
                          sigmoid_layers_work *work) {
  double (*v_)[SIGMOID_LAYERS_N_1] = (double (*)[SIGMOID_LAYERS_N_1])net->v_;
  double (*w)[SIGMOID_LAYERS_N_2] = (double (*)[SIGMOID_LAYERS_N_2])net->w;
  for (long lane = 0; lane < count; lane++) {
    for (long n_1 = 0; n_1 < SIGMOID_LAYERS_N_0; n_1++) {
      work->x[n_1][lane] = net->x[(first + lane) * SIGMOID_LAYERS_N_0 + n_1];
    }
  }
  for (long lane = 0; lane < count; lane++) {
    for (long n_1 = 0; n_1 < SIGMOID_LAYERS_N_2; n_1++) {
      work->d[n_1][lane] = net->d[(first + lane) * SIGMOID_LAYERS_N_2 + n_1];
    }
  }
  /* p_l[i] = Σ_k v[k,i]·x[k] */
  for (long tile = 0; tile < SIGMOID_LAYERS_N_1; tile += SIGMOID_LAYERS_ROWS) {
    double sums[SIGMOID_LAYERS_ROWS][SIGMOID_LAYERS_LANES] = {{0.0}};
    const long i_0 = tile;
    const long i_1 =
        tile + 1 < SIGMOID_LAYERS_N_1 ? tile + 1 : SIGMOID_LAYERS_N_1 - 1;
    const long i_2 =
        tile + 2 < SIGMOID_LAYERS_N_1 ? tile + 2 : SIGMOID_LAYERS_N_1 - 1;
    const long i_3 =
        tile + 3 < SIGMOID_LAYERS_N_1 ? tile + 3 : SIGMOID_LAYERS_N_1 - 1;
    for (long k_ = 0; k_ < SIGMOID_LAYERS_N_0; k_++) {
      for (long lane = 0; lane < count; lane++) {
        sums[0][lane] += v_[k_][i_0] * work->x[k_][lane];
        sums[1][lane] += v_[k_][i_1] * work->x[k_][lane];
        sums[2][lane] += v_[k_][i_2] * work->x[k_][lane];
        sums[3][lane] += v_[k_][i_3] * work->x[k_][lane];
      }
    }
    for (long row = 0;
         row < SIGMOID_LAYERS_ROWS && tile + row < SIGMOID_LAYERS_N_1; row++) {
      const long i = tile + row;
      for (long lane = 0; lane < count; lane++) {
        work->p_l[i][lane] = sums[row][lane];
      }
    }
  }
  for (long i = 0; i < SIGMOID_LAYERS_N_1; i++) {
    for (long lane = 0; lane < count; lane++) {
      work->exp_p_l[i][lane] = sigmoid_layers_exp(
          -sigmoid_layers_larger(work->p_l[i][lane], -700.0));
    }
  }
  /* o_l[i] = σ(p_l[i]) */
  for (long i = 0; i < SIGMOID_LAYERS_N_1; i++) {
    for (long lane = 0; lane < count; lane++) {
      work->o_l[i][lane] = 1.0 / (1.0 + work->exp_p_l[i][lane]);
    }
  }
  /* p_r[j] = Σ_i w[i,j]·o_l[i] */
  for (long tile = 0; tile < SIGMOID_LAYERS_N_2; tile += SIGMOID_LAYERS_ROWS) {
    double sums[SIGMOID_LAYERS_ROWS][SIGMOID_LAYERS_LANES] = {{0.0}};
    const long j_0 = tile;
    const long j_1 =
        tile + 1 < SIGMOID_LAYERS_N_2 ? tile + 1 : SIGMOID_LAYERS_N_2 - 1;
    const long j_2 =
        tile + 2 < SIGMOID_LAYERS_N_2 ? tile + 2 : SIGMOID_LAYERS_N_2 - 1;
    const long j_3 =
        tile + 3 < SIGMOID_LAYERS_N_2 ? tile + 3 : SIGMOID_LAYERS_N_2 - 1;
    for (long i = 0; i < SIGMOID_LAYERS_N_1; i++) {
      for (long lane = 0; lane < count; lane++) {
        sums[0][lane] += w[i][j_0] * work->o_l[i][lane];
        sums[1][lane] += w[i][j_1] * work->o_l[i][lane];
        sums[2][lane] += w[i][j_2] * work->o_l[i][lane];
        sums[3][lane] += w[i][j_3] * work->o_l[i][lane];
      }
    }
    for (long row = 0;
         row < SIGMOID_LAYERS_ROWS && tile + row < SIGMOID_LAYERS_N_2; row++) {
      const long j = tile + row;
      for (long lane = 0; lane < count; lane++) {
        work->p_r[j][lane] = sums[row][lane];
      }
    }
  }
  for (long j = 0; j < SIGMOID_LAYERS_N_2; j++) {
    for (long lane = 0; lane < count; lane++) {
      work->exp_p_r[j][lane] = sigmoid_layers_exp(
          -sigmoid_layers_larger(work->p_r[j][lane], -700.0));
    }
  }
  /* o_r[j] = σ(p_r[j]) */
  for (long j = 0; j < SIGMOID_LAYERS_N_2; j++) {
    for (long lane = 0; lane < count; lane++) {
      work->o_r[j][lane] = 1.0 / (1.0 + work->exp_p_r[j][lane]);
    }
  }
  /* P = −½ Σ_j (d[j] − o_r[j])² */
  {
    double sums[SIGMOID_LAYERS_LANES] = {0.0};
    for (long j = 0; j < SIGMOID_LAYERS_N_2; j++) {
      for (long lane = 0; lane < count; lane++) {
        sums[lane] +=
            sigmoid_layers_square(work->d[j][lane] - work->o_r[j][lane]);
      }
    }
    for (long lane = 0; lane < count; lane++) {
      work->P[lane] = -0.5 * sums[lane];
    }
  }
}

int sigmoid_layers_cost(const sigmoid_layers *net, double *cost) {
  double total = 0.0;
  sigmoid_layers_work *work = malloc(sizeof *work);
  if (!work)
    return 1;
  for (long first = 0; first < net->examples; first += SIGMOID_LAYERS_LANES) {
    const long rest = net->examples - first;
    const long count =
        rest < SIGMOID_LAYERS_LANES ? rest : SIGMOID_LAYERS_LANES;
    sigmoid_layers_cost_block(net, first, count, work);
    for (long lane = 0; lane < count; lane++)
      total += work->P[lane];
  }
  *cost = total / (double)net->examples;
  free(work);
  return 0;
}

SIGMOID_LAYERS_INLINE void
sigmoid_layers_gradients_block(const sigmoid_layers *net, long first,
                               long count, sigmoid_layers_work *work) {
  double (*v_)[SIGMOID_LAYERS_N_1] = (double (*)[SIGMOID_LAYERS_N_1])net->v_;
  double (*w)[SIGMOID_LAYERS_N_2] = (double (*)[SIGMOID_LAYERS_N_2])net->w;
  for (long lane = 0; lane < count; lane++) {
    for (long n_1 = 0; n_1 < SIGMOID_LAYERS_N_0; n_1++) {
      work->x[n_1][lane] = net->x[(first + lane) * SIGMOID_LAYERS_N_0 + n_1];
    }
  }
  for (long lane = 0; lane < count; lane++) {
    for (long n_1 = 0; n_1 < SIGMOID_LAYERS_N_2; n_1++) {
      work->d[n_1][lane] = net->d[(first + lane) * SIGMOID_LAYERS_N_2 + n_1];
    }
  }
  /* p_l[i] = Σ_k v[k,i]·x[k] */
  for (long tile = 0; tile < SIGMOID_LAYERS_N_1; tile += SIGMOID_LAYERS_ROWS) {
    double sums[SIGMOID_LAYERS_ROWS][SIGMOID_LAYERS_LANES] = {{0.0}};
    const long i_0 = tile;
    const long i_1 =
        tile + 1 < SIGMOID_LAYERS_N_1 ? tile + 1 : SIGMOID_LAYERS_N_1 - 1;
    const long i_2 =
        tile + 2 < SIGMOID_LAYERS_N_1 ? tile + 2 : SIGMOID_LAYERS_N_1 - 1;
    const long i_3 =
        tile + 3 < SIGMOID_LAYERS_N_1 ? tile + 3 : SIGMOID_LAYERS_N_1 - 1;
    for (long k_ = 0; k_ < SIGMOID_LAYERS_N_0; k_++) {
      for (long lane = 0; lane < count; lane++) {
        sums[0][lane] += v_[k_][i_0] * work->x[k_][lane];
        sums[1][lane] += v_[k_][i_1] * work->x[k_][lane];
        sums[2][lane] += v_[k_][i_2] * work->x[k_][lane];
        sums[3][lane] += v_[k_][i_3] * work->x[k_][lane];
      }
    }
    for (long row = 0;
         row < SIGMOID_LAYERS_ROWS && tile + row < SIGMOID_LAYERS_N_1; row++) {
      const long i = tile + row;
      for (long lane = 0; lane < count; lane++) {
        work->p_l[i][lane] = sums[row][lane];
      }
    }
  }
  for (long i = 0; i < SIGMOID_LAYERS_N_1; i++) {
    for (long lane = 0; lane < count; lane++) {
      work->exp_p_l[i][lane] = sigmoid_layers_exp(
          -sigmoid_layers_larger(work->p_l[i][lane], -700.0));
    }
  }
  /* o_l[i] = σ(p_l[i]) */
  for (long i = 0; i < SIGMOID_LAYERS_N_1; i++) {
    for (long lane = 0; lane < count; lane++) {
      work->o_l[i][lane] = 1.0 / (1.0 + work->exp_p_l[i][lane]);
    }
  }
  /* p_r[j] = Σ_i w[i,j]·o_l[i] */
  for (long tile = 0; tile < SIGMOID_LAYERS_N_2; tile += SIGMOID_LAYERS_ROWS) {
    double sums[SIGMOID_LAYERS_ROWS][SIGMOID_LAYERS_LANES] = {{0.0}};
    const long j_0 = tile;
    const long j_1 =
        tile + 1 < SIGMOID_LAYERS_N_2 ? tile + 1 : SIGMOID_LAYERS_N_2 - 1;
    const long j_2 =
        tile + 2 < SIGMOID_LAYERS_N_2 ? tile + 2 : SIGMOID_LAYERS_N_2 - 1;
    const long j_3 =
        tile + 3 < SIGMOID_LAYERS_N_2 ? tile + 3 : SIGMOID_LAYERS_N_2 - 1;
    for (long i = 0; i < SIGMOID_LAYERS_N_1; i++) {
      for (long lane = 0; lane < count; lane++) {
        sums[0][lane] += w[i][j_0] * work->o_l[i][lane];
        sums[1][lane] += w[i][j_1] * work->o_l[i][lane];
        sums[2][lane] += w[i][j_2] * work->o_l[i][lane];
        sums[3][lane] += w[i][j_3] * work->o_l[i][lane];
      }
    }
    for (long row = 0;
         row < SIGMOID_LAYERS_ROWS && tile + row < SIGMOID_LAYERS_N_2; row++) {
      const long j = tile + row;
      for (long lane = 0; lane < count; lane++) {
        work->p_r[j][lane] = sums[row][lane];
      }
    }
  }
  for (long j = 0; j < SIGMOID_LAYERS_N_2; j++) {
    for (long lane = 0; lane < count; lane++) {
      work->exp_p_r[j][lane] = sigmoid_layers_exp(
          -sigmoid_layers_larger(work->p_r[j][lane], -700.0));
    }
  }
  /* o_r[j] = σ(p_r[j]) */
  for (long j = 0; j < SIGMOID_LAYERS_N_2; j++) {
    for (long lane = 0; lane < count; lane++) {
      work->o_r[j][lane] = 1.0 / (1.0 + work->exp_p_r[j][lane]);
    }
  }
  /* δ_r[j] = (d[j] − o_r[j])·o_r[j]·(1 − o_r[j]) */
  /* 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z */
  for (long j = 0; j < SIGMOID_LAYERS_N_2; j++) {
    for (long lane = 0; lane < count; lane++) {
      work->delta_r[j][lane] =
          (work->d[j][lane] - work->o_r[j][lane]) *
          (work->o_r[j][lane] * (work->exp_p_r[j][lane] * work->o_r[j][lane]));
    }
  }
  /* ∂P/∂w[i,j] = δ_r[j]·o_l[i] */
  for (long tile = 0; tile < SIGMOID_LAYERS_N_2; tile += SIGMOID_LAYERS_BLOCK) {
    const long left = SIGMOID_LAYERS_N_2 - tile;
    const long width =
        left < SIGMOID_LAYERS_BLOCK ? left : SIGMOID_LAYERS_BLOCK;
    double turned[SIGMOID_LAYERS_LANES][SIGMOID_LAYERS_BLOCK];
    for (long column = 0; column < width; column++) {
      const long j = tile + column;
      for (long lane = 0; lane < count; lane++) {
        turned[lane][column] = work->delta_r[j][lane];
      }
    }
    for (long i = 0; i < SIGMOID_LAYERS_N_1; i++) {
      for (long column = 0; column < width; column++) {
        const long j = tile + column;
        double entry = 0.0;
        for (long lane = 0; lane < count; lane++) {
          entry += work->o_l[i][lane] * turned[lane][column];
        }
        work->dP_dw[i][j] += entry;
      }
    }
  }
  /* δ_l[i] = o_l[i]·(1 − o_l[i])·Σ_j δ_r[j]·w[i,j] */
  /* 1 − σ(z) is computed as exp(−z)·σ(z), which does not cancel at large z */
  for (long tile = 0; tile < SIGMOID_LAYERS_N_1; tile += SIGMOID_LAYERS_ROWS) {
    double sums[SIGMOID_LAYERS_ROWS][SIGMOID_LAYERS_LANES] = {{0.0}};
    const long i_0 = tile;
    const long i_1 =
        tile + 1 < SIGMOID_LAYERS_N_1 ? tile + 1 : SIGMOID_LAYERS_N_1 - 1;
    const long i_2 =
        tile + 2 < SIGMOID_LAYERS_N_1 ? tile + 2 : SIGMOID_LAYERS_N_1 - 1;
    const long i_3 =
        tile + 3 < SIGMOID_LAYERS_N_1 ? tile + 3 : SIGMOID_LAYERS_N_1 - 1;
    for (long j = 0; j < SIGMOID_LAYERS_N_2; j++) {
      for (long lane = 0; lane < count; lane++) {
        sums[0][lane] += work->delta_r[j][lane] * w[i_0][j];
        sums[1][lane] += work->delta_r[j][lane] * w[i_1][j];
        sums[2][lane] += work->delta_r[j][lane] * w[i_2][j];
        sums[3][lane] += work->delta_r[j][lane] * w[i_3][j];
      }
    }
    for (long row = 0;
         row < SIGMOID_LAYERS_ROWS && tile + row < SIGMOID_LAYERS_N_1; row++) {
      const long i = tile + row;
      for (long lane = 0; lane < count; lane++) {
        work->delta_l[i][lane] =
            sums[row][lane] * (work->o_l[i][lane] *
                               (work->exp_p_l[i][lane] * work->o_l[i][lane]));
      }
    }
  }
  /* ∂P/∂v[k,i] = δ_l[i]·x[k] */
  for (long tile = 0; tile < SIGMOID_LAYERS_N_1; tile += SIGMOID_LAYERS_BLOCK) {
    const long left = SIGMOID_LAYERS_N_1 - tile;
    const long width =
        left < SIGMOID_LAYERS_BLOCK ? left : SIGMOID_LAYERS_BLOCK;
    double turned[SIGMOID_LAYERS_LANES][SIGMOID_LAYERS_BLOCK];
    for (long column = 0; column < width; column++) {
      const long i = tile + column;
      for (long lane = 0; lane < count; lane++) {
        turned[lane][column] = work->delta_l[i][lane];
      }
    }
    for (long k_ = 0; k_ < SIGMOID_LAYERS_N_0; k_++) {
      for (long column = 0; column < width; column++) {
        const long i = tile + column;
        double entry = 0.0;
        for (long lane = 0; lane < count; lane++) {
          entry += work->x[k_][lane] * turned[lane][column];
        }
        work->dP_dv[k_][i] += entry;
      }
    }
  }
}

static void sigmoid_layers_gradients_all(const sigmoid_layers *net,
                                         sigmoid_layers_work *work) {
  long n = 0;
  memset(&work->dP_dv, 0, sizeof work->dP_dv);
  memset(&work->dP_dw, 0, sizeof work->dP_dw);
  for (; n + SIGMOID_LAYERS_LANES <= net->examples; n += SIGMOID_LAYERS_LANES) {
    sigmoid_layers_gradients_block(net, n, SIGMOID_LAYERS_LANES, work);
  }
  if (n < net->examples)
    sigmoid_layers_gradients_block(net, n, net->examples - n, work);
}

int sigmoid_layers_gradients(const sigmoid_layers *net,
                             sigmoid_layers_slopes *slopes) {
  const double n = (double)net->examples;
  sigmoid_layers_work *work = malloc(sizeof *work);
  if (!work)
    return 1;
  sigmoid_layers_gradients_all(net, work);
  for (long k = 0; k < SIGMOID_LAYERS_N_0 * SIGMOID_LAYERS_N_1; k++) {
    slopes->v_[k] = ((const double *)work->dP_dv)[k] / n;
  }
  for (long k = 0; k < SIGMOID_LAYERS_N_1 * SIGMOID_LAYERS_N_2; k++) {
    slopes->w[k] = ((const double *)work->dP_dw)[k] / n;
  }
  free(work);
  return 0;
}

/* Moves the parameters; rate is divided by the number of examples, since
 * gradients are sums over them. */
static void sigmoid_layers_update(sigmoid_layers *net,
                                  const sigmoid_layers_work *work,
                                  double rate) {
  double (*v_)[SIGMOID_LAYERS_N_1] = (double (*)[SIGMOID_LAYERS_N_1])net->v_;
  double (*w)[SIGMOID_LAYERS_N_2] = (double (*)[SIGMOID_LAYERS_N_2])net->w;
  /* w[i,j] ← w[i,j] + α·∂P/∂w[i,j] */
  for (long i = 0; i < SIGMOID_LAYERS_N_1; i++) {
    for (long j = 0; j < SIGMOID_LAYERS_N_2; j++) {
      w[i][j] = w[i][j] + rate * work->dP_dw[i][j];
    }
  }
  /* v[k,i] ← v[k,i] + α·∂P/∂v[k,i] */
  for (long k_ = 0; k_ < SIGMOID_LAYERS_N_0; k_++) {
    for (long i = 0; i < SIGMOID_LAYERS_N_1; i++) {
      v_[k_][i] = v_[k_][i] + rate * work->dP_dv[k_][i];
    }
  }
}

int sigmoid_layers_run(sigmoid_layers *net, long steps, double rate) {
  sigmoid_layers_work *work = malloc(sizeof *work);
  if (!work)
    return 1;
  for (long n = 0; n < steps; n++) {
    sigmoid_layers_gradients_all(net, work);
    sigmoid_layers_update(net, work, rate / (double)net->examples);
  }
  free(work);
  return 0;
}

int sigmoid_layers_step(sigmoid_layers *net, double rate) {
  return sigmoid_layers_run(net, 1, rate);
}

int sigmoid_layers_again(sigmoid_layers *net) {
  return sigmoid_layers_run(net, 1, net->rate);
}
