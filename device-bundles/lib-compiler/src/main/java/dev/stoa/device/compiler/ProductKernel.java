package dev.stoa.device.compiler;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Computes one product in blocks of rows. A block's bits depend on the rows of the left matrix in
 * it and on the right matrix alone, each row's on no other row.
 */
@ConsumerType
public interface ProductKernel {
  /** Rows of a block, of the last one at most so many; follows from the shapes. */
  int blockRows();

  /** Computes a block of one of the batch's products; several threads compute others meanwhile. */
  void run(int batch, int block);
}
