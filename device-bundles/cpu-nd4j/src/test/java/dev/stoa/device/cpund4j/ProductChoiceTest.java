package dev.stoa.device.cpund4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stoa.device.compiler.Product;
import dev.stoa.tensor.DataType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProductChoiceTest {
  private static Product product(DataType type, int rows, int inner, int columns) {
    return new Product(type, 1, rows, inner, columns, false, false);
  }

  /**
   * Float32: m k n / (m k + k n + m n) is n / 3 for three times n, 42.7 for 64 x 256 x 256, and 64
   * for 128 x 256 x 256. Float64: 8^3 is 512, 7 x 73 x 1 is 511.
   */
  @ParameterizedTest
  @CsvSource({
    "FLOAT32, 1, 1024, 1024, false",
    "FLOAT32, 64, 64, 64, false",
    "FLOAT32, 64, 256, 256, false",
    "FLOAT32, 127, 256, 256, false",
    "FLOAT32, 128, 256, 256, true",
    "FLOAT32, 191, 191, 191, false",
    "FLOAT32, 192, 192, 192, true",
    "FLOAT32, 1024, 1024, 1024, true",
    "FLOAT32, 46000, 46000, 46000, true",
    "FLOAT64, 4, 4, 4, false",
    "FLOAT64, 7, 73, 1, false",
    "FLOAT64, 8, 8, 8, true",
    "FLOAT64, 1, 64, 64, true",
  })
  void openBlasComputesWhatIsWorthItsCopies(
      DataType type, int rows, int inner, int columns, boolean byOpenBlas) {
    assertEquals(byOpenBlas, ProductChoice.byOpenBlas(product(type, rows, inner, columns)));
  }

  /** Of 768 rows two blocks of 384; 1,000 / 2 = 500, up to a multiple of 48; at most eight. */
  @ParameterizedTest
  @CsvSource({"1, 1", "767, 767", "768, 384", "1000, 528", "3072, 384", "48000, 6000"})
  void blocksFollowFromTheRows(int rows, int blockRows) {
    assertEquals(blockRows, ProductChoice.blockRows(product(DataType.FLOAT32, rows, 8, 8)));
  }
}
