package dev.stoa.distribution;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import dev.stoa.distribution.Training.Files3;
import dev.stoa.run.Durability;
import dev.stoa.run.Fork;
import dev.stoa.run.Origin;
import dev.stoa.run.ParameterValue;
import dev.stoa.run.Reproduction;
import dev.stoa.run.Run;
import dev.stoa.run.RunFiles;
import dev.stoa.run.RunSpec;
import dev.stoa.run.RunStatus;
import dev.stoa.run.Runs;
import dev.stoa.run.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import javax.inject.Inject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** PPO on CartPole is forked, gone again and given other parameters while it trains. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ChangesIT {
  /** Four rollouts of 8 x 32, and a line of metrics for each. */
  private static final long STEPS = 1_024;

  /** Right after this many steps of the eight environments: 320 of the run. */
  private static final long AT = 40;

  @Inject private BundleContext context;
  @Inject private Runs runs;
  @Inject private RunFiles files;
  private Path folder;
  private Training training;
  private ServiceRegistration<?> environment;
  private final Map<String, Consumer<Run>> asking = new ConcurrentHashMap<>();

  @Configuration
  public static Option[] configuration() throws Exception {
    return StoaContainer.options();
  }

  @Before
  public void open() throws Exception {
    folder = Files.createTempDirectory(StoaContainer.build(), "changes");
    training = new Training(context, runs);
    environment =
        CountingCartPole.register(
            context,
            (run, number) -> {
              if (number == AT && asking.containsKey(run)) {
                asking.get(run).accept(runs.find(run).orElseThrow());
              }
            });
  }

  @After
  public void close() {
    training.close();
    environment.unregister();
  }

  private RunSpec spec(String name) {
    return RunSpec.of("ppo", CountingCartPole.NAME)
        .seed(1)
        .steps(STEPS)
        .device("cpu-jvm")
        .name(name)
        .directory(folder.resolve(name));
  }

  @Test
  public void aForkAndTheRunItIsOfComeToTheBytesOfAnUndisturbedOne() throws Exception {
    Files3 undisturbed = training.train(spec("undisturbed"));
    CompletableFuture<Run> forked = new CompletableFuture<>();
    Fork how = Fork.PLAIN.directory(folder.resolve("fork")).name("fork");
    asking.put("first", run -> run.fork(how).thenAccept(forked::complete));
    Files3 first = training.train(spec("first"));
    Run fork = forked.get();
    RunStatus status = Training.finished(fork);
    assertEquals(STEPS, status.steps());
    assertEquals("", undisturbed.difference(first));
    assertEquals("", undisturbed.difference(Files3.of(fork.directory())));
    RunSpec recorded = files.read(folder.resolve("fork/run.yaml"));
    assertEquals(
        Optional.of(new Origin(folder.resolve("first").toString(), 320)), recorded.origin());
  }

  @Test
  public void aKeptCheckpointIsForkedAndGoneAgainToTheBit() throws Exception {
    Durability rule = Durability.STANDARD.withKeepEvery(256);
    Files3 whole = training.train(spec("kept").durability(rule));
    Path directory = folder.resolve("kept");
    assertEquals(rule, files.read(directory.resolve("run.yaml")).durability());

    Run fork = runs.fork(directory, Fork.PLAIN.from(512).directory(folder.resolve("from")));
    Training.finished(fork);
    assertEquals("", whole.difference(Files3.of(fork.directory())));

    Reproduction equal = again(directory, "again");
    assertEquals(Optional.empty(), equal.difference());
    // The rollouts that end at 512, 768 and 1,024; the first was learned from after step 256.
    assertEquals(STEPS, equal.to());
    assertEquals(equal.then(), equal.now());

    Path metrics = directory.resolve("metrics.jsonl");
    List<String> lines = new ArrayList<>(Files.readAllLines(metrics));
    lines.set(2, lines.get(2).replace("\"approxKl\":", "\"approxKl\":1"));
    Files.write(metrics, lines);
    Reproduction.Difference difference = again(directory, "once more").difference().orElseThrow();
    assertEquals(3, difference.line());
    assertEquals(768, difference.step());
    assertEquals("approxKl", difference.key());
  }

  private Reproduction again(Path directory, String name) throws Exception {
    Reproduction.UnderWay going =
        runs.reproduce(directory, "256", OptionalLong.empty(), Optional.of(folder.resolve(name)));
    Training.ended(going.run());
    return going.outcome().toCompletableFuture().get();
  }

  private RunSpec setting(String name, Map<String, String> values) {
    asking.put(name, run -> run.set(written(values)));
    return spec(name);
  }

  private static Map<String, ParameterValue> written(Map<String, String> values) {
    Map<String, ParameterValue> written = new ConcurrentHashMap<>();
    values.forEach((key, value) -> written.put(key, new ParameterValue(value, "set " + key)));
    return written;
  }

  @Test
  public void parametersSetAtTheSameStepGiveTheSameBytesAndOthersThanWithout() throws Exception {
    Files3 undisturbed = training.train(spec("undisturbed"));
    // One is an input of the executable, the other is traced into it.
    Map<String, String> values = Map.of("learning-rate", "1e-4", "entropyCoefficient", "0.01");
    Files3 once = training.train(setting("set once", values));
    assertFalse(undisturbed.difference(once).isEmpty());
    assertEquals("", once.difference(training.train(setting("set again", values))));
    assertEquals(undisturbed.metrics().get(0), once.metrics().get(0));
    String set = "\"set\":\"entropyCoefficient=0.01, learningRate=1.0E-4\"";
    assertTrue(once.metrics().get(1), once.metrics().get(1).contains(set));
    RunSpec recorded = files.read(folder.resolve("set once/run.yaml"));
    assertEquals(List.of("entropyCoefficient", "learningRate"), List.copyOf(recorded.changed()));
    assertTrue(
        Files.readString(folder.resolve("set once/stoa.log"))
            .contains("set at step 320: entropyC"));
  }

  @Test
  public void whatCannotBeSetCostsNoBit() throws Exception {
    Files3 undisturbed = training.train(spec("undisturbed"));
    List<CompletableFuture<RunStatus>> refused = new ArrayList<>();
    asking.put(
        "refused",
        run -> {
          for (String key : List.of("environments", "learningRat", "discount")) {
            refused.add(run.set(written(Map.of(key, "2"))).toCompletableFuture());
          }
        });
    assertEquals("", undisturbed.difference(training.train(spec("refused"))));
    String fixed = line(refused.get(0));
    assertTrue(fixed, fixed.contains("environments of algorithm ppo cannot be changed"));
    assertTrue(fixed, fixed.contains("Changeable: annealClipRange, annealLearningRate"));
    String unknown = line(refused.get(1));
    assertTrue(unknown, unknown.contains("unknown key of algorithm ppo 'learningRat'"));
    assertTrue(unknown, unknown.contains("Nearest: learningRate"));
    String range = line(refused.get(2));
    assertTrue(range, range.contains("discount"));
  }

  private static String line(CompletableFuture<RunStatus> asked) {
    ExecutionException failed = assertThrows(ExecutionException.class, asked::get);
    return ((UserException) failed.getCause()).line();
  }
}
