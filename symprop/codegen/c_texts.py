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
    "exp": """\
/* exp(x) within one unit in the last place, in a form that compilers vectorise:
 * x = k log(2) + r, then a polynomial in r, then twice half of the power of 2,
 * so that neither of them overflows where the result does not. */
static inline double P_exp(double x) {
  const double shift = 6755399441055744.0; /* 1.5 * 2^52: rounds to an integer */
  const double top = 750.0;
  const double z = x > top ? top : (x < -top ? -top : x);
  const double k = (z * 1.4426950408889634 + shift) - shift;
  const double r = (z - k * 0.693147180369123816490) - k * 1.90821492927058770002e-10;
  const double half = (k * 0.5 + shift) - shift;
  const double power_1 = half + 1023.0 + 4503599627370496.0;
  const double power_2 = (k - half) + 1023.0 + 4503599627370496.0;
  uint64_t bits_1, bits_2;
  double scale_1, scale_2, p;
  memcpy(&bits_1, &power_1, sizeof bits_1);
  memcpy(&bits_2, &power_2, sizeof bits_2);
  bits_1 <<= 52;
  bits_2 <<= 52;
  memcpy(&scale_1, &bits_1, sizeof scale_1);
  memcpy(&scale_2, &bits_2, sizeof scale_2);
  p = 1.6059043836821613e-10;
  p = p * r + 2.08767569878681e-09;
  p = p * r + 2.505210838544172e-08;
  p = p * r + 2.755731922398589e-07;
  p = p * r + 2.7557319223985893e-06;
  p = p * r + 2.48015873015873e-05;
  p = p * r + 0.0001984126984126984;
  p = p * r + 0.001388888888888889;
  p = p * r + 0.008333333333333333;
  p = p * r + 0.041666666666666664;
  p = p * r + 0.16666666666666666;
  p = p * r + 0.5;
  p = 1.0 + (r + p * (r * r));
  return (p * scale_1) * scale_2;
}
""",
}
"""By name; ``P`` stands for the prefix.  The constants of the polynomial are 1/n!."""

INLINE = """\
#if defined(__GNUC__)
#define P_UPPER_INLINE static inline __attribute__((always_inline))
#else
#define P_UPPER_INLINE static inline
#endif
"""

LANES = 8
"""Examples that are computed side by side: as many doubles as the widest registers hold."""
