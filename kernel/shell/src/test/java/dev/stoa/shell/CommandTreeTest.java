package dev.stoa.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.stoa.run.Catalogue.Automatic;
import dev.stoa.run.Catalogue.Problem;
import dev.stoa.run.RunEvent.Kind;
import dev.stoa.run.RunPhase;
import dev.stoa.run.RunSpec;
import dev.stoa.run.RunStatus;
import dev.stoa.run.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTreeTest {
  private final FakeInstallation stoa = new FakeInstallation();

  private RunSpec trained(String... arguments) {
    assertEquals(0, stoa.call(arguments), stoa.err());
    return stoa.started.get(0);
  }

  private String oneLine() {
    assertEquals(1, stoa.err().lines().count(), stoa.err());
    assertTrue(stoa.err().startsWith("stoa: "), stoa.err());
    return stoa.err().strip();
  }

  @ParameterizedTest
  @CsvSource({"-a,-e,-s,-n", "--algorithm,--environment,--seed,--steps", "--algo,--env,-s,--steps"})
  void everySpellingOfAnOptionMeansTheSame(String a, String e, String s, String n) {
    RunSpec spec = trained("train", a, "ppo", e, "CartPole-v1", s, "-7", n, "51_200");
    assertEquals("ppo", spec.algorithm());
    assertEquals("CartPole-v1", spec.environment());
    assertEquals(-7, spec.seed());
    assertEquals(OptionalLong.of(51_200), spec.steps());
  }

  @Test
  void allOtherOptionsReachTheSpecification() {
    RunSpec spec =
        trained(
            "train",
            "-a",
            "ppo",
            "-e",
            "CartPole-v1",
            "--device",
            "cpu-jvm",
            "--set",
            "learning_rate=3e-4",
            "--set",
            "hidden=64,64",
            "--set",
            "environment.max-steps=10",
            "--set",
            "note=a=b",
            "--out",
            "d",
            "--schedule-steps",
            "1e5",
            "--threads",
            "2");
    assertEquals("cpu-jvm", spec.device());
    assertEquals("3e-4", spec.parameters().get("learningRate").value());
    assertEquals("--set learning_rate", spec.parameters().get("learningRate").place());
    assertEquals("64,64", spec.parameters().get("hidden").value());
    assertEquals("a=b", spec.parameters().get("note").value());
    assertEquals("10", spec.environmentParameters().get("maxSteps").value());
    assertEquals(Path.of("d"), spec.directory().orElseThrow());
    assertEquals(OptionalLong.of(100_000), spec.scheduleSteps());
    assertEquals(OptionalInt.of(2), spec.threads());
  }

  @Test
  void optionsOverrideTheRunFileWhateverTheSpelling() {
    stoa.file =
        RunSpec.of("dqn", "Pendulum-v1")
            .seed(5)
            .steps(10)
            .set("learning-rate", 1.0)
            .set("epochs", 4);
    RunSpec spec = trained("train", "--run", "f.yaml", "-a", "ppo", "--set", "learning_rate=2");
    assertEquals("ppo", spec.algorithm());
    assertEquals("Pendulum-v1", spec.environment());
    assertEquals(5, spec.seed());
    assertEquals(OptionalLong.of(10), spec.steps());
    assertEquals(Set.of("learningRate", "epochs"), spec.parameters().keySet());
    assertEquals("2", spec.parameters().get("learningRate").value());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train -e CartPole-v1",
        "train -a ppo",
        "train -a ppo -e CartPole-v1 -n -5",
        "train -a ppo -e CartPole-v1 -n many",
        "train -a ppo -e CartPole-v1 -n 1.5",
        "train -a ppo -e CartPole-v1 -n 99999999999999999999",
        "train -a ppo -e CartPole-v1 -n",
        "train -a ppo -e CartPole-v1 --threads 0",
        "train -a ppo -e CartPole-v1 --threads 5000000000",
        "train -a ppo -e CartPole-v1 --set learningRate",
        "train -a ppo -e CartPole-v1 --set =3",
        "train -a ppo -e CartPole-v1 --set a_b=1 --set aB=2",
        "train -a ppo -e CartPole-v1 --stepps 5",
        "train -a ppo -e CartPole-v1 more",
        "trian -a ppo",
        "describe",
        "describe pppo",
        "list things",
        "eval d --episodes 0",
        "resume",
        "resume d -n 0",
        "watch none",
        "park none",
        "move none cpu-nd4j",
        "move",
        "attach",
        "help trian",
        ""
      })
  void aMistakeIsOneLineAndExitCodeTwo(String line) {
    String[] words = line.isEmpty() ? new String[0] : line.split(" ");
    assertEquals(2, stoa.call(words));
    oneLine();
    assertEquals("", stoa.out());
    assertTrue(stoa.started.isEmpty());
  }

  @Test
  void aMistypedCommandOrOptionNamesTheNearest() {
    stoa.call("trian");
    assertEquals("stoa: there is no command trian. Nearest: train. See: stoa help", oneLine());
    FakeInstallation other = new FakeInstallation();
    other.call("train", "--stpes", "5");
    assertTrue(
        other.err().startsWith("stoa: train takes no option --stpes. Nearest: --steps"),
        other.err());
  }

  @Test
  void theEditDistanceCountsInsertionsDeletionsAndReplacements() {
    // The textbook example: k->s, e->i, +g.
    assertEquals(3, Suggestions.distance("kitten", "sitting"));
    assertEquals(0, Suggestions.distance("", ""));
    assertEquals(3, Suggestions.distance("", "abc"));
  }

  @Test
  void aUserExceptionOfTheKernelIsItsLineAndExitCodeTwo() {
    stoa.refusal = new UserException("there is no algorithm pppo", "--algorithm", "Nearest: ppo");
    assertEquals(2, stoa.call("train", "-a", "pppo", "-e", "CartPole-v1"));
    assertEquals("stoa: there is no algorithm pppo (--algorithm). Nearest: ppo", oneLine());
  }

  @Test
  void aFailureOfOursIsThrownForTheLauncher() {
    stoa.refusal = new IllegalStateException("broken");
    assertEquals(
        "broken",
        assertThrows(
                IllegalStateException.class,
                () -> stoa.call("train", "-a", "ppo", "-e", "CartPole-v1"))
            .getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "DONE,'',0,''",
    "STOPPED,by a listener,0,''",
    "PARKED,the kernel stopped,130,stoa resume here",
    "FAILED,environment e threw,2,environment e threw",
    "FAILED,internal error: x,1,internal error: x"
  })
  void theExitCodeTellsHowTheRunEnded(String phase, String reason, int code, String said) {
    stoa.script = (self, run) -> self.end(run, run.at(RunPhase.valueOf(phase), reason, 2000, 20));
    assertEquals(code, stoa.call("train", "-a", "ppo", "-e", "CartPole-v1"));
    assertTrue(stoa.err().contains(said), stoa.err());
    assertTrue(stoa.out().contains("directory: here"), stoa.out());
  }

  @Test
  void jsonIsOneObjectPerReportAndALastOneAndNothingElse() {
    stoa.script =
        (self, run) -> {
          RunStatus first = run.at(RunPhase.RUNNING, "", 1000, Double.NaN);
          self.tell(run, Kind.STARTED, run.status, "running");
          self.tell(run, Kind.REPORT, first, "", "loss", 0.5);
          self.tell(run, Kind.SWAP, first, "exchanged at step 1000: ppo", "pause", 0.01);
          self.tell(run, Kind.WARNING, first, "take care");
          self.tell(
              run, Kind.REPORT, run.at(RunPhase.RUNNING, "", 2000, 21.5), "", "loss", Double.NaN);
          self.end(run, run.at(RunPhase.DONE, "", 2000, 21.5));
        };
    assertEquals(0, stoa.call("train", "-a", "ppo", "-e", "CartPole-v1", "--json"));
    List<JsonObject> objects =
        stoa.out().lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    assertEquals(3, objects.size());
    assertEquals(
        List.of("step", "episodes", "return", "loss"), List.copyOf(objects.get(0).keySet()));
    assertEquals(1000, objects.get(0).get("step").getAsLong());
    assertTrue(objects.get(0).get("return").isJsonNull());
    assertEquals(0.5, objects.get(0).get("loss").getAsDouble());
    assertTrue(objects.get(1).get("loss").isJsonNull());
    assertEquals("DONE", objects.get(2).get("phase").getAsString());
    assertEquals("here", objects.get(2).get("directory").getAsString());
    assertEquals(2, stoa.err().lines().count());
    assertTrue(stoa.err().contains("stoa: warning: run ppo-CartPole-v1-1-1: take care"));
  }

  @Test
  void aSuspendedRunSaysWhyOnStandardError() {
    stoa.script =
        (self, run) -> {
          RunStatus suspended = run.at(RunPhase.SUSPENDED, "", 1000, 20);
          self.tell(run, Kind.PHASE, suspended, "suspended at step 1000: algorithm ppo left");
          self.end(run, run.at(RunPhase.DONE, "", 2000, 21.5));
        };
    assertEquals(0, stoa.call("train", "-a", "ppo", "-e", "CartPole-v1"));
    assertEquals(
        "stoa: run ppo-CartPole-v1-1-1: suspended at step 1000: algorithm ppo left", oneLine());
  }

  @Test
  void inTheShellTrainReturnsAtOnceWithTheName() {
    stoa.script = (self, run) -> {};
    assertEquals(0, stoa.shell("train", "-a", "ppo", "-e", "CartPole-v1"));
    assertEquals("ppo-CartPole-v1-1-1", stoa.out().strip());
  }

  @Test
  void watchFollowsARunThatHasAlreadyEnded() {
    FakeRun run = new FakeRun("old", Path.of("d"));
    run.status = run.at(RunPhase.DONE, "", 2000, 20);
    run.end.complete(run.status);
    stoa.living.add(run);
    assertEquals(0, stoa.shell("watch", "old"));
    assertTrue(
        stoa.out().startsWith("done: ppo on CartPole-v1 (cpu-jvm), 2,000 steps, 20 episodes"));
    assertTrue(stoa.listeners.isEmpty());
  }

  @Test
  void changesSayHowTheRunStandsAfterwards() {
    stoa.living.add(new FakeRun("r", Path.of("d")));
    assertEquals(0, stoa.shell("checkpoint", "r"));
    assertEquals(0, stoa.shell("park", "r"));
    assertEquals(0, stoa.shell("stop", "r"));
    assertEquals(
        List.of(
            "r has a checkpoint at step 700",
            "r is parked at step 700: by the user",
            "r is stopped at step 700: by the user"),
        stoa.out().lines().toList());
  }

  @Test
  void aMoveSaysWhereTheRunGoesOnAndWhatIsNothingToDo() {
    FakeRun run = new FakeRun("r", Path.of("d"));
    stoa.living.add(run);
    assertEquals(0, stoa.shell("move", "r", "cpu-nd4j"));
    assertEquals(0, stoa.shell("move", "r", "cpu-nd4j"));
    run.park("later");
    assertEquals(0, stoa.shell("move", "r", "cpu-jvm"));
    assertEquals(
        List.of(
            "r moved to cpu-nd4j at step 700",
            "r is on cpu-nd4j already at step 700",
            "r moved to cpu-jvm, parked at step 700: later"),
        stoa.out().lines().toList());
  }

  @Test
  void aRefusedMoveIsOneLineWithItsReason() {
    FakeRun run = new FakeRun("r", Path.of("d"));
    run.refusal =
        Optional.of(new UserException("run r stays on cpu-jvm: no such card", "cuda 1.0", ""));
    stoa.living.add(run);
    assertEquals(2, stoa.shell("move", "r", "cuda"));
    assertEquals("stoa: run r stays on cpu-jvm: no such card (cuda 1.0)", oneLine());
  }

  @Test
  void resumeTakesADirectoryAndInTheShellAName() {
    assertEquals(0, stoa.call("resume", "some/dir", "-n", "500", "--threads", "2"));
    stoa.living.add(new FakeRun("r", Path.of("d")));
    stoa.script = (self, run) -> {};
    assertEquals(0, stoa.shell("resume", "r"));
    assertEquals(
        List.of(
            Path.of("some/dir") + " OptionalLong[500] OptionalInt[2]",
            "d OptionalLong.empty OptionalInt.empty"),
        stoa.resumed);
  }

  @Test
  void evalPrintsExactlyTheKeysOfTheContract() {
    assertEquals(0, stoa.call("eval", "d", "--episodes", "7", "--stochastic", "--json"));
    assertEquals(
        "{\"episodes\":7,\"mean\":487.25,\"standardError\":1.5,\"min\":400.0,\"max\":500.0,"
            + "\"deterministic\":false}",
        stoa.out().strip());
  }

  @Test
  void listShowsPartsAndWarnsOfProblems() {
    stoa.problems.add(new Problem("x 1.0", "bundle x", "missing package y"));
    assertEquals(0, stoa.call("list", "algorithms", "--json"));
    JsonArray all = JsonParser.parseString(stoa.out()).getAsJsonArray();
    assertEquals("some-algorithm", all.get(0).getAsJsonObject().get("name").getAsString());
    assertEquals("stoa: warning: x 1.0: bundle x: missing package y", oneLine());
  }

  @Test
  void runsShowsStateStepAndParts() {
    FakeRun run = new FakeRun("r", Path.of("d"));
    run.status = run.at(RunPhase.WAITING, "algorithm ppo left", 1234, 20);
    stoa.living.add(run);
    assertEquals(0, stoa.shell("runs"));
    List<String> lines = stoa.out().lines().toList();
    assertTrue(
        lines.get(1).matches("r +waiting +1,234 +2,000 +20\\.0 +ppo 0\\.1\\.0"), lines.get(1));
    assertEquals("r: algorithm ppo left", lines.get(2));
  }

  @Test
  void describeShowsTypeDefaultRangeAndMeaning() {
    assertEquals(0, stoa.call("describe", "ppo"));
    String[] patterns = {
      "learningRate +double +3\\.0E-4 +0 to 1 +yes +Step size\\.",
      "epochs +int +4 +from 1 +no +Passes over a batch\\.",
      "schedule +choice +linear +linear, off +no +Course\\."
    };
    for (String pattern : patterns) {
      assertTrue(stoa.out().lines().anyMatch(line -> line.matches(pattern)), stoa.out());
    }
  }

  @Test
  void describeAsJsonHasEveryFieldOfAParameter() {
    assertEquals(0, stoa.call("describe", "ppo", "--json"));
    JsonObject rate =
        JsonParser.parseString(stoa.out())
            .getAsJsonObject()
            .getAsJsonArray("parameters")
            .get(1)
            .getAsJsonObject();
    assertEquals(
        List.of("name", "type", "default", "min", "max", "choices", "help", "changeable"),
        List.copyOf(rate.keySet()));
    assertEquals(1.0, rate.get("min").getAsDouble());
    assertTrue(rate.get("max").isJsonNull());
  }

  @Test
  void theDoctorSaysWhyADeviceIsNotReady() {
    assertEquals(0, stoa.call("doctor", "--json"));
    JsonObject all = JsonParser.parseString(stoa.out()).getAsJsonObject();
    JsonObject device = all.getAsJsonArray("devices").get(0).getAsJsonObject();
    assertFalse(device.get("ready").getAsBoolean());
    assertEquals("no such card", device.get("reason").getAsString());
    for (String key :
        List.of("jdk", "cores", "memoryBytes", "vectorApi", "dataDirectory", "problems")) {
      assertTrue(all.has(key), key);
    }
  }

  @Test
  void theDoctorSaysWhatARunGetsThatNamesNoDevice() {
    assertEquals(0, stoa.call("doctor"));
    assertTrue(stoa.out().contains("auto: some-device, by the fixed rule\n"), stoa.out());
    assertFalse(stoa.out().contains("measured"), stoa.out());
    stoa.automatic = new Automatic("some-device", "by the fixed rule", "the table is broken (f)");
    assertEquals(0, stoa.call("doctor"));
    assertTrue(stoa.out().contains("  auto: the table is broken (f)\n"), stoa.out());
  }

  @Test
  void theDoctorMeasuresAndShowsATable() {
    assertEquals(0, stoa.call("doctor", "--measure"));
    assertEquals("stoa: measuring some-device: product", oneLine());
    // The geometric mean of 4 and 900 is 60.
    for (String pattern :
        List.of(
            "DEVICE +INFERENCE +PRODUCT +MEAN",
            "some-device +4\\.0 +900 +60\\.0",
            "card +- +- +-",
            "card was not measured: no such card",
            "kept in data/devices\\.json")) {
      assertTrue(stoa.out().lines().anyMatch(line -> line.matches(pattern)), stoa.out());
    }
  }

  @Test
  void theDoctorMeasuresAsData() {
    assertEquals(0, stoa.call("doctor", "--measure", "--json"));
    JsonObject all = JsonParser.parseString(stoa.out()).getAsJsonObject();
    assertEquals("some-device", all.getAsJsonObject("auto").get("device").getAsString());
    JsonObject measured = all.getAsJsonObject("measurements");
    assertEquals("data/devices.json", measured.get("file").getAsString());
    JsonObject row = measured.getAsJsonArray("devices").get(0).getAsJsonObject();
    assertEquals(900, row.getAsJsonObject("microseconds").get("product").getAsDouble());
    assertEquals(60, row.get("mean").getAsDouble(), 1e-9);
    JsonObject card = measured.getAsJsonArray("devices").get(1).getAsJsonObject();
    assertEquals("no such card", card.get("reason").getAsString());
    assertTrue(card.get("mean").isJsonNull());
  }

  @Test
  void theDoctorOfABrokenKernelStillSpeaksAndExitsWithOne() {
    stoa.broken = true;
    assertEquals(1, stoa.call("doctor"));
    assertTrue(stoa.out().contains("the run manager does not run"), stoa.out());
  }

  @Test
  void helpNamesEveryCommandAndTheExitCodes() {
    assertEquals(0, stoa.call("help"));
    for (String verb : CommandTree.VERBS) {
      // An alias stands beside its command: park, pause.
      assertTrue(Pattern.compile("\n  (\\w+, )*" + verb + "[ ,]").matcher(stoa.out()).find(), verb);
    }
    assertTrue(stoa.out().contains("130"));
    assertEquals("", stoa.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"help train", "train --help", "train -h"})
  void helpForOneCommandShowsItsOptions(String line) {
    assertEquals(0, stoa.call(line.split(" ")));
    assertTrue(stoa.out().contains("--schedule-steps"), stoa.out());
    assertFalse(stoa.out().contains("\u001b"), "no colours off a terminal");
  }

  @Test
  void theVersionIsThatOfTheInstallation() {
    assertEquals(0, stoa.call("--version"));
    assertEquals("stoa 0.1.0", stoa.out().strip());
  }
}
