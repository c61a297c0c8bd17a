package dev.stoa.device.compiler;

import dev.stoa.tensor.Scan;

/** A loop over the plan of its body; carries stand in the results' own arrays all along. */
final class ScanStep implements Step {
  private final Scan scan;
  private final SubPlan body;
  private final Value[] operands;
  private final Value[] results;
  private final Object[] slices;
  private final Rows rows;
  private long bytes;

  ScanStep(Scan scan, SubPlan body, Rows rows, Value[] operands, Value[] results) {
    this.scan = scan;
    this.body = body;
    this.rows = rows;
    this.operands = operands;
    this.results = results;
    this.slices = new Object[scan.stacked()];
    for (int i = 0; i < slices.length; i++) {
      Value input = body.input(scan.carries() + i);
      slices[i] = Value.array(input.dataType(), input.size());
      bytes += (long) input.size() * input.dataType().bytes();
    }
  }

  /** What the slices hold. */
  long bytes() {
    return bytes;
  }

  @Override
  public void run() {
    int carries = scan.carries();
    for (int i = 0; i < carries; i++) {
      System.arraycopy(operands[i].array(), 0, results[i].array(), 0, results[i].size());
    }
    // The body may be that of another step, too: all its inputs are bound here.
    for (int i = 0; i < operands.length; i++) {
      int stacked = i - carries;
      if (stacked < 0) {
        body.input(i).bind(results[i].array());
      } else {
        body.input(i).bind(stacked < slices.length ? slices[stacked] : operands[i].array());
      }
    }
    int length = scan.bounded() ? rows.get() : scan.length();
    for (int step = 0; step < length; step++) {
      int at = scan.reverse() ? length - 1 - step : step;
      for (int i = 0; i < slices.length; i++) {
        int size = body.input(carries + i).size();
        System.arraycopy(operands[carries + i].array(), at * size, slices[i], 0, size);
      }
      body.run();
      // No output stands in an input's place: carries can be written one after the other.
      for (int i = 0; i < results.length; i++) {
        Value output = body.output(i);
        int to = i < carries ? 0 : at * output.size();
        System.arraycopy(output.array(), 0, results[i].array(), to, output.size());
      }
    }
    for (int i = 0; i < operands.length; i++) {
      body.input(i).bind(null);
    }
  }
}
