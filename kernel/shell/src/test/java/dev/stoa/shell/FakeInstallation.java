package dev.stoa.shell;

import dev.stoa.run.Catalogue;
import dev.stoa.run.Durability;
import dev.stoa.run.Evaluation;
import dev.stoa.run.Fork;
import dev.stoa.run.Measurements;
import dev.stoa.run.ParameterInfo;
import dev.stoa.run.Reproduction;
import dev.stoa.run.Run;
import dev.stoa.run.RunEvent;
import dev.stoa.run.RunFiles;
import dev.stoa.run.RunListener;
import dev.stoa.run.RunPhase;
import dev.stoa.run.RunSpec;
import dev.stoa.run.RunStatus;
import dev.stoa.run.Runs;
import dev.stoa.run.UserException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A process without a framework: a run plays its script while it is started. */
final class FakeInstallation implements Installation, Runs, Catalogue, RunFiles {
  final List<RunListener> listeners = new CopyOnWriteArrayList<>();
  final List<Run> living = new ArrayList<>();
  final List<RunSpec> started = new ArrayList<>();
  final List<String> updated = new ArrayList<>();
  final List<String> resumed = new ArrayList<>();
  final List<String> forked = new ArrayList<>();
  final List<String> reproduced = new ArrayList<>();
  final CompletableFuture<Reproduction> reproduction = new CompletableFuture<>();
  Durability resumedWith;
  final List<Problem> problems = new ArrayList<>();
  private final Set<String> watched = ConcurrentHashMap.newKeySet();
  private final ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errBytes = new ByteArrayOutputStream();

  /** What a run does when it is started; by default it finishes at once. */
  BiConsumer<FakeInstallation, FakeRun> script =
      (self, run) -> self.end(run, run.at(RunPhase.DONE, "", 2000, 20));

  RuntimeException refusal;
  boolean broken;
  Automatic automatic = new Automatic("some-device", "by the fixed rule", "");
  boolean terminal;
  Optional<String> data = Optional.empty();
  RunSpec file = RunSpec.of("", "");
  Path directory = Path.of("here");

  int call(String... arguments) {
    return CommandTree.execute(new Invocation(this, output(), false), arguments);
  }

  int shell(String... arguments) {
    return CommandTree.execute(new Invocation(this, output(), true), arguments);
  }

  Output output() {
    return new Output(
        new PrintStream(outBytes, true, StandardCharsets.UTF_8),
        new PrintStream(errBytes, true, StandardCharsets.UTF_8),
        terminal);
  }

  String out() {
    return outBytes.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return errBytes.toString(StandardCharsets.UTF_8);
  }

  void tell(FakeRun run, RunEvent.Kind kind, RunStatus status, String message, Object... values) {
    Map<String, Double> map =
        values.length == 0 ? Map.of() : Map.of((String) values[0], (Double) values[1]);
    listeners.forEach(each -> each.event(run, new RunEvent(kind, status, message, map)));
  }

  void end(FakeRun run, RunStatus status) {
    run.status = status;
    run.end.complete(status);
    tell(run, RunEvent.Kind.ENDED, status, status.reason());
  }

  @Override
  public Runs runs() {
    return present();
  }

  @Override
  public RunFiles files() {
    return present();
  }

  @Override
  public Catalogue catalogue() {
    return present();
  }

  private FakeInstallation present() {
    if (broken) {
      throw new IllegalStateException("the run manager does not run");
    }
    return this;
  }

  @Override
  public Registration listen(RunListener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public Set<String> watched() {
    return watched;
  }

  @Override
  public Optional<String> property(String name) {
    return switch (name) {
      case "stoa.version" -> Optional.of("0.1.0");
      case "stoa.data" -> data;
      default -> Optional.empty();
    };
  }

  @Override
  public void updateBundle(String symbolicName) {
    updated.add(symbolicName);
  }

  @Override
  public Run start(RunSpec spec) {
    if (refusal != null) {
      throw refusal;
    }
    started.add(spec);
    FakeRun run =
        new FakeRun(spec.name().orElse("ppo-CartPole-v1-1-1"), spec.directory().orElse(directory));
    living.add(run);
    script.accept(this, run);
    return run;
  }

  @Override
  public Run resume(
      Path place, OptionalLong more, OptionalInt threads, UnaryOperator<Durability> durability) {
    resumedWith = durability.apply(Durability.STANDARD);
    resumed.add(place + " " + more + " " + threads);
    FakeRun run = new FakeRun("resumed", place);
    script.accept(this, run);
    return run;
  }

  @Override
  public Run fork(Path place, Fork how) {
    if (refusal != null) {
      throw refusal;
    }
    forked.add(place + " " + how);
    FakeRun run = new FakeRun("forked", place);
    script.accept(this, run);
    return run;
  }

  @Override
  public Reproduction.UnderWay reproduce(
      Path place, String from, OptionalLong to, Optional<Path> out) {
    if (refusal != null) {
      throw refusal;
    }
    reproduced.add(place + " " + from + " " + to + " " + out);
    return new Reproduction.UnderWay(new FakeRun("again", place), reproduction);
  }

  @Override
  public List<Run> list() {
    return living;
  }

  @Override
  public Optional<Run> find(String name) {
    return living.stream().filter(run -> run.name().equals(name)).findFirst();
  }

  @Override
  public Evaluation evaluate(Path place, int episodes, boolean stochastic) {
    return new Evaluation(episodes, 487.25, 1.5, 400, 500, !stochastic);
  }

  @Override
  public List<Entry> list(Kind kind) {
    return List.of(
        new Entry(kind, "some-" + kind.label(), "A part.", "dev.stoa." + kind.label(), "0.1.0"));
  }

  @Override
  public Description describe(String name) {
    if (name.equals("some-device")) {
      Entry device = new Entry(Kind.DEVICE, name, "A device.", "dev.stoa.device", "0.1.0");
      return new Description(
          device, List.of(), Map.of("ready", "false", "reason", "no such card", "memory", "0"));
    }
    if (!name.equals("ppo")) {
      throw new UserException("there is no part " + name, "", "Nearest: ppo");
    }
    return new Description(
        new Entry(Kind.ALGORITHM, "ppo", "Clipped objective.", "dev.stoa.algorithm.ppo", "0.1.0"),
        List.of(
            new ParameterInfo(
                "learningRate", "double", "3.0E-4", 0, 1, List.of(), "Step size.", true),
            new ParameterInfo(
                "epochs",
                "int",
                "4",
                1,
                Double.POSITIVE_INFINITY,
                List.of(),
                "Passes over a batch.",
                false),
            new ParameterInfo(
                "schedule",
                "choice",
                "linear",
                Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                List.of("linear", "off"),
                "Course.",
                false)),
        Map.of());
  }

  @Override
  public Automatic automatic() {
    return automatic;
  }

  @Override
  public Measurements measure(Consumer<String> progress) {
    progress.accept("some-device: product");
    return new Measurements(
        "data/devices.json",
        "2026-01-02T03:04:05Z",
        "a machine",
        List.of("inference", "product"),
        List.of(
            new Measurements.Device(
                "some-device", "0.1.0", "bits", "", Map.of("inference", 4.0, "product", 900.0)),
            new Measurements.Device("card", "0.1.0", "", "no such card", Map.of())));
  }

  @Override
  public List<Problem> problems() {
    return problems;
  }

  @Override
  public RunSpec read(Path path) {
    return file;
  }

  @Override
  public void write(Path path, RunSpec spec, List<String> comments, Map<String, Object> extra) {
    throw new UnsupportedOperationException("no command writes a run file");
  }
}
