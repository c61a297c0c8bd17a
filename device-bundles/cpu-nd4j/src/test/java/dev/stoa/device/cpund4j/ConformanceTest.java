package dev.stoa.device.cpund4j;

import dev.stoa.conformance.Conformance;
import dev.stoa.conformance.Rule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ConformanceTest {
  private static Fixture at;

  @BeforeAll
  static void open() {
    at = new Fixture();
  }

  @AfterAll
  static void close() {
    if (at != null) {
      at.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> everyCaseIsComputedRight() {
    return Conformance.cases().stream()
        .map(each -> DynamicTest.dynamicTest(each.name(), () -> each.check(at.session)));
  }

  @TestFactory
  Stream<DynamicTest> everyRuleIsKept() {
    return Stream.of(
            Conformance.rules(),
            Conformance.bits(),
            Conformance.hostBits(),
            List.of(Conformance.hostNormals()))
        .flatMap(List::stream)
        .map((Rule rule) -> DynamicTest.dynamicTest(rule.name(), () -> rule.check(at.device)));
  }
}
