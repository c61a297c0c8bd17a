package dev.stoa.device.compiler;

import dev.stoa.device.DeviceContext;
import java.util.List;
import java.util.function.IntConsumer;

/** A product by the device's own kernel: copies in, blocks that threads share, a copy out. */
final class DeviceProductStep implements Step, IntConsumer {
  private final DeviceContext context;
  private final Rows rows;
  private final Product product;
  private final ProductKernel kernel;
  private final Step[] copies;
  private final Mirror out;
  private final Value result;
  private final int allBlocks;

  /** Products of matrices for each row of the bounded axis; 0 where that counts none. */
  private int batchesPerRow;

  /** Whether the left matrix's rows are those that exist. */
  private boolean bounded;

  private int blocks;

  DeviceProductStep(
      DeviceContext context,
      Rows rows,
      Product product,
      ProductKernel kernel,
      List<Step> copies,
      Mirror out,
      Value result) {
    this.context = context;
    this.rows = rows;
    this.product = product;
    this.kernel = kernel;
    this.copies = copies.toArray(Step[]::new);
    this.out = out;
    this.result = result;
    this.allBlocks = blocks(product.rows());
  }

  private int blocks(int count) {
    return (count + kernel.blockRows() - 1) / kernel.blockRows();
  }

  /** Ends the batch of each run at the rows that exist, of so many at most. */
  void batchesOf(int capacity) {
    batchesPerRow = product.batches() / capacity;
  }

  /** Ends at the block of the last row that exists; what it computes besides is not copied out. */
  void rowsExist() {
    bounded = true;
  }

  @Override
  public void run() {
    for (Step copy : copies) {
      copy.run();
    }
    int batches = batchesPerRow > 0 ? rows.get() * batchesPerRow : product.batches();
    blocks = bounded ? blocks(rows.get()) : allBlocks;
    int pieces = batches * blocks;
    if (pieces > 1 && context.threads() > 1) {
      context.parallel(pieces, this);
    } else {
      for (int piece = 0; piece < pieces; piece++) {
        accept(piece);
      }
    }
    int height = bounded ? rows.get() : product.rows();
    out.read(result.array(), batches * height * product.columns());
  }

  /** Computes a block. */
  @Override
  public void accept(int piece) {
    kernel.run(piece / blocks, piece % blocks);
  }

  @Override
  public String toString() {
    return "device's " + product;
  }
}
