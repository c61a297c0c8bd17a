package dev.stoa.shell;

import dev.stoa.run.Run;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what was asked of a run. */
final class Answers {
  private static final long LIMIT_SECONDS = 60;

  private Answers() {}

  /**
   * What the run answers.
   *
   * @throws RuntimeException why it refused
   * @throws IllegalStateException when it does not answer
   */
  static <T> T await(Run run, CompletionStage<T> asked) throws InterruptedException {
    try {
      return asked.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "run " + run.name() + " did not answer within " + LIMIT_SECONDS + " s", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("run " + run.name() + " refused", e.getCause());
    }
  }
}
