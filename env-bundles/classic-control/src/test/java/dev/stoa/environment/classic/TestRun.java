package dev.stoa.environment.classic;

import dev.stoa.run.RunContext;
import java.util.function.IntConsumer;

/** A run that is nothing but its seed. */
record TestRun(long seed) implements RunContext {
  @Override
  public String run() {
    return "test";
  }

  @Override
  public long scheduleSteps() {
    return 1;
  }

  @Override
  public int threads() {
    return 1;
  }

  @Override
  public void parallel(int count, IntConsumer piece) {
    for (int i = 0; i < count; i++) {
      piece.accept(i);
    }
  }

  @Override
  public boolean yieldRequested() {
    return false;
  }

  @Override
  public void info(String message) {}

  @Override
  public void warn(String message) {}
}
