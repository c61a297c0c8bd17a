package dev.stoa.benchmarks;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs one JMH class on given devices and keeps the best iteration of each benchmark: on a machine
 * that does other things too, the least time is the one that is the code's own.
 */
final class JmhRun {
  private static final int WARMUPS = 6;
  private static final int ITERATIONS = 10;

  private JmhRun() {}

  /** Arguments: name of the part, simple name of the class, milliseconds per iteration, devices. */
  public static void main(String... arguments) throws RunnerException, IOException {
    List<String> devices = Arrays.asList(arguments).subList(3, arguments.length);
    TimeValue time = TimeValue.milliseconds(Long.parseLong(arguments[2]));
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("\\." + arguments[1] + "\\.")
            .param("device", devices.toArray(new String[0]))
            .forks(1)
            .warmupIterations(WARMUPS)
            .warmupTime(time)
            .measurementIterations(ITERATIONS)
            .measurementTime(time)
            .shouldFailOnError(true);
    Results results = new Results();
    for (RunResult run : new Runner(options.build()).run()) {
      String device = run.getParams().getParam("device");
      String method = run.getParams().getBenchmark().replaceAll(".*\\.", "");
      String rows = run.getParams().getParam("rows");
      String model = run.getParams().getParam("model");
      String size =
          rows == null
              ? model == null ? "" : model
              : "/" + rows + "x" + run.getParams().getParam("width");
      for (BenchmarkResult fork : run.getBenchmarkResults()) {
        for (IterationResult iteration : fork.getIterationResults()) {
          results.least(method + size + "/" + device, iteration.getPrimaryResult().getScore());
        }
      }
    }
    results.write(arguments[0]);
  }
}
