package dev.stoa.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.tensor.math.Special;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The host's functions against the same tables that devices are held to. */
class HostFunctionsTest {
  private interface Single {
    float of(float x);
  }

  private static void table(DoubleUnaryOperator ours, double[][] table, double limit) {
    for (int i = 0; i < table[0].length; i++) {
      double wanted = table[1][i];
      double got = ours.applyAsDouble(table[0][i]);
      assertEquals(wanted, got, limit * (1 + Math.abs(wanted)), "at " + table[0][i]);
    }
  }

  @Test
  void float64MeetsTheDefinitions() {
    for (int i = 0; i < SpecialTables.ERF[0].length; i++) {
      assertEquals(
          SpecialTables.ERF[1][i],
          Special.erf(SpecialTables.ERF[0][i]),
          2e-15 * Math.abs(SpecialTables.ERF[1][i]),
          "" + i);
    }
    table(Special::lgamma, SpecialTables.LGAMMA, 2e-15);
    table(Special::digamma, SpecialTables.DIGAMMA, 2e-15);
  }

  private static void within(double limit, Single ours, double[][] table) {
    for (int i = 0; i < table[0].length; i++) {
      double wanted = table[1][i];
      double error = Math.abs(ours.of((float) table[0][i]) - wanted);
      assertTrue(error <= limit * Math.ulp((float) wanted), "at " + table[0][i] + ": " + error);
    }
  }

  @Test
  void float32MeetsThemTooAroundZerosAndPoles() {
    within(1.4, Special::expm1, SpecialTables.EXPM1);
    within(1.4, Special::log1p, SpecialTables.LOG1P);
    within(1.7, Special::erf, SpecialTables.ERF);
    within(0.51, Special::lgamma, SpecialTables.LGAMMA);
    within(0.51, Special::digamma, SpecialTables.DIGAMMA);
  }
}
