package dev.stoa.distribution;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.stoa.device.Device;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceException;
import dev.stoa.device.DeviceInfo;
import dev.stoa.device.DeviceSession;
import dev.stoa.distribution.Training.Files3;
import dev.stoa.run.Parts;
import dev.stoa.run.Run;
import dev.stoa.run.RunFiles;
import dev.stoa.run.RunSpec;
import dev.stoa.run.RunStatus;
import dev.stoa.run.Runs;
import dev.stoa.run.UserException;
import dev.stoa.state.CheckpointFiles;
import dev.stoa.state.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
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

/** PPO on CartPole goes from device to device while it trains. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class MoveIT {
  /** Four rollouts of 8 x 32. */
  private static final long STEPS = 1_024;

  private static final String JVM = "cpu-jvm";
  private static final String ND4J = "cpu-nd4j";

  /** That of one float32 function is 2e-6 (conformance); sixty-four updates hand its error on. */
  private static final double TOLERANCE = 1e-4;

  @Inject private BundleContext context;
  @Inject private Runs runs;
  @Inject private RunFiles files;
  private Path folder;
  private Training training;
  private ServiceRegistration<?> environment;
  private final Map<String, Map<Long, String>> moves = new ConcurrentHashMap<>();
  private final List<CompletableFuture<RunStatus>> asked = new CopyOnWriteArrayList<>();

  @Configuration
  public static Option[] configuration() throws Exception {
    return StoaContainer.options();
  }

  @Before
  public void open() throws Exception {
    folder = Files.createTempDirectory(StoaContainer.build(), "move");
    training = new Training(context, runs);
    environment =
        CountingCartPole.register(
            context,
            (run, number) -> {
              String device = moves.getOrDefault(run, Map.of()).get(number);
              if (device != null) {
                asked.add(runs.find(run).orElseThrow().move(device).toCompletableFuture());
              }
            });
  }

  @After
  public void close() {
    training.close();
    environment.unregister();
  }

  private void needsNd4j() {
    assumeTrue("cpu-nd4j has no natives for this platform", StoaContainer.ready(context, ND4J));
  }

  private RunSpec spec(String name) {
    return RunSpec.of("ppo", CountingCartPole.NAME)
        .seed(1)
        .steps(STEPS)
        .device(JVM)
        .name(name)
        .directory(folder.resolve(name));
  }

  /** A run that is moved right after steps of its eight environments: 40 is step 320 of the run. */
  private RunSpec moving(String name, Map<Long, String> where) {
    moves.put(name, where);
    return spec(name);
  }

  private static List<JsonObject> metrics(Path directory) throws Exception {
    List<JsonObject> lines = new ArrayList<>();
    for (String line : Files.readAllLines(directory.resolve("metrics.jsonl"))) {
      lines.add(JsonParser.parseString(line).getAsJsonObject());
    }
    return lines;
  }

  private static void near(String what, double expected, double actual) {
    assertEquals(what, expected, actual, TOLERANCE * (1 + Math.abs(expected)));
  }

  @Test
  public void thereAndBackLosesNoStepStaysWithinToleranceAndRepeatsToTheBit() throws Exception {
    needsNd4j();
    training.train(spec("undisturbed"));
    Map<Long, String> where = Map.of(40L, ND4J, 80L, JVM);
    Run run = training.start(moving("moved", where));
    RunStatus status = Training.finished(run);
    assertEquals(STEPS, status.steps());
    assertEquals(2, status.swaps());
    assertEquals(JVM, status.device());
    assertEquals(320, asked.get(0).get().steps());
    assertEquals(640, asked.get(1).get().steps());
    assertEquals(JVM, files.read(run.directory().resolve("run.yaml")).device());

    List<JsonObject> moved = metrics(run.directory());
    List<JsonObject> undisturbed = metrics(folder.resolve("undisturbed"));
    // A line per rollout of 256; the second and the third were ended on the other device.
    List<String> devices = List.of(JVM, ND4J, JVM, JVM);
    assertEquals(4, moved.size());
    for (int i = 0; i < 4; i++) {
      JsonObject line = moved.get(i);
      assertEquals(256 * (i + 1), line.get("step").getAsLong());
      assertEquals(devices.get(i), line.get("device").getAsString());
      for (Map.Entry<String, JsonElement> value : undisturbed.get(i).entrySet()) {
        if (!value.getKey().equals("device")) {
          near(
              value.getKey() + " of line " + i,
              value.getValue().getAsDouble(),
              line.get(value.getKey()).getAsDouble());
        }
      }
    }
    assertWeightsNear(folder.resolve("undisturbed"), run.directory());
    assertTrue(
        Files.readString(run.directory().resolve("stoa.log"))
            .contains("moved at step 320: device cpu-jvm "));

    Files3 once = Files3.of(run.directory());
    assertFalse(
        "the other device was at work",
        once.difference(Files3.of(folder.resolve("undisturbed"))).isEmpty());
    assertEquals("", once.difference(training.train(moving("again", where))));
  }

  private static void assertWeightsNear(Path undisturbed, Path moved) {
    State expected = CheckpointFiles.read(undisturbed.resolve("checkpoint")).child("learner");
    State actual = CheckpointFiles.read(moved.resolve("checkpoint")).child("learner");
    for (String name : List.of("actor/0/weight", "critic/0/weight")) {
      float[] wanted = expected.array(name).floats();
      float[] got = actual.array(name).floats();
      assertEquals(wanted.length, got.length);
      for (int i = 0; i < wanted.length; i++) {
        near(name + " " + i, wanted[i], got[i]);
      }
    }
  }

  @Test
  public void aMovedRunIsResumedOnTheDeviceThatItMovedTo() throws Exception {
    needsNd4j();
    Files3 whole = training.train(moving("whole", Map.of(40L, ND4J)));
    Run first = training.start(moving("halves", Map.of(40L, ND4J)).steps(512).scheduleSteps(STEPS));
    Training.finished(first);
    Run second = runs.resume(folder.resolve("halves"), OptionalLong.of(512), OptionalInt.empty());
    assertEquals(ND4J, Training.finished(second).device());
    assertEquals("", whole.difference(Files3.of(folder.resolve("halves"))));
  }

  @Test
  public void aDeviceThatDoesNotOpenCostsNoStepAndNoBit() throws Exception {
    Files3 undisturbed = training.train(spec("undisturbed"));
    Hashtable<String, Object> properties = new Hashtable<>();
    properties.put(Parts.NAME, "broken");
    ServiceRegistration<Device> broken =
        context.registerService(Device.class, new Broken(), properties);
    try {
      Run run = training.start(moving("refused", Map.of(40L, "broken", 50L, "brokn")));
      assertEquals(JVM, Training.finished(run).device());
      String failed = refusal(asked.get(0));
      assertTrue(failed, failed.contains("refused stays on cpu-jvm: device broken"));
      assertTrue(failed, failed.contains("the card is on fire"));
      String unknown = refusal(asked.get(1));
      assertTrue(unknown, unknown.contains("unknown device 'brokn'. Nearest: broken"));
      assertEquals("", undisturbed.difference(Files3.of(run.directory())));
    } finally {
      broken.unregister();
    }
  }

  private static String refusal(CompletableFuture<RunStatus> move) {
    ExecutionException refused = assertThrows(ExecutionException.class, move::get);
    return ((UserException) refused.getCause()).line();
  }

  private static final class Broken implements Device {
    @Override
    public DeviceInfo describe() {
      return new DeviceInfo("broken", true, "", "none", 0);
    }

    @Override
    public DeviceSession open(DeviceContext limits) {
      throw new DeviceException("the card is on fire");
    }

    @Override
    public long allocatedBytes() {
      return 0;
    }
  }
}
