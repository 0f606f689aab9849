"""What generated C has beside the network's own lines: helpers, written where they are needed."""

from __future__ import annotations

from collections.abc import Mapping

HELPERS: Mapping[str, str] = {
    "larger": """\
/* The larger of two numbers; a NaN in the first comes through. */
static inline double P_larger(double a, double b) { return b > a ? b : a; }
""",
    "smaller": """\
/* The smaller of two numbers; a NaN in the first comes through. */
static inline double P_smaller(double a, double b) { return b < a ? b : a; }
""",
    "square": """\
static inline double P_square(double x) { return x * x; }
""",
    "decay": """\
/* exp(-z), finite for all z: exp(700) below -700.  A branch costs less time
 * than a maximum that exp would have to wait for. */
static inline double P_decay(double z) {
  return z < -700.0 ? 1.0142320547350045e+304 : exp(-z);
}
""",
    "exp": """\
/* exp(x) within one unit in the last place, in a form that compilers vectorise:
 * x = k log(2) + r, a polynomial in r (the terms r^n / n!), times 2^k.
 * Above 709.8 it is infinite; below -708, where doubles lose digits, 0. */
static inline double P_exp(double x) {
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
""",
}
"""By name; ``P`` stands for the prefix."""

INLINE = """\
#if defined(__GNUC__)
#define P_UPPER_INLINE static inline __attribute__((always_inline))
#else
#define P_UPPER_INLINE static inline
#endif
"""

LANES = 16
"""Examples that are computed side by side: two registers of the widest kind, so that one computes while the other waits."""

ROWS = 4
"""Rows of a matrix that are multiplied at once: their sums for all lanes just fit into the registers."""

BLOCK = 64
"""Columns of a gradient that are computed at once: with all lanes, a quarter of the nearest cache."""
