package normsweep.report.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DigitsTest {
  @Test
  void errorDecidesLastDigit() {
    assertEquals("−3.3", Digits.of(-3.302, 0.02));
    assertEquals("−3.30", Digits.of(-3.302, 0.004));
    assertEquals("583", Digits.of(582.867, 0.3));
    assertEquals("580", Digits.of(582.867, 3));
    assertEquals("600", Digits.of(582.867, 30));
  }

  @Test
  void threeDigitsAreMost() {
    assertEquals("155", Digits.of(155.216, 0));
    assertEquals("0.0124", Digits.of(0.012449, 1e-9));
    assertEquals("33200", Digits.of(33226.9, 0.001));
    assertEquals("0", Digits.of(0, 1));
    assertEquals("0.0", Digits.of(-0.01, 0.03));
  }

  @Test
  void valueAndErrorShareTheirPlace() {
    assertEquals("−3000 ± 4000", Digits.withError(-3322.9763, 4462.26));
    assertEquals("1.23 ± 0.05", Digits.withError(1.2345, 0.0461));
    assertEquals("−0.7 ± 0.2", Digits.withError(-0.74, 0.21));
    assertEquals("17000 ± 14000", Digits.withError(16600, 14200));
    assertEquals("1.000 ± 0.001", Digits.withError(1.00048, 0.00078));
    assertEquals("1.00", Digits.withError(1, 1e-16));
  }
}
