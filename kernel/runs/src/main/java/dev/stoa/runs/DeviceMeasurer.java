package dev.stoa.runs;

import dev.stoa.device.Device;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceInfo;
import dev.stoa.device.DeviceSession;
import dev.stoa.run.Measurements;
import dev.stoa.run.UserException;
import dev.stoa.tensor.Graph;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Times devices on the reference graphs, on the caller's thread, with as many threads as a run. */
final class DeviceMeasurer implements Lease.Holder {
  private final PartRegistry registry;
  private final DeviceTable table;
  private final Clocks clocks;
  private final Thread thread = Thread.currentThread();
  private volatile boolean left;

  /**
   * For one measurement.
   *
   * @param table where it will be kept
   */
  DeviceMeasurer(PartRegistry registry, DeviceTable table, Clocks clocks) {
    this.registry = registry;
    this.table = table;
    this.clocks = clocks;
  }

  /** Measures and keeps; a device that is not ready, fails or leaves is there with the reason. */
  Measurements measure(List<PartEntry> devices, Consumer<String> progress) {
    List<Graph> graphs = ReferenceGraphs.all();
    List<Measurements.Device> rows = new ArrayList<>();
    for (PartEntry device : devices) {
      rows.add(row(device, graphs, progress));
    }
    Measurements measured =
        new Measurements(
            table.file().toString(),
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            DeviceTable.machine(),
            graphs.stream().map(Graph::name).toList(),
            rows);
    table.write(measured);
    return measured;
  }

  private Measurements.Device row(PartEntry part, List<Graph> graphs, Consumer<String> progress) {
    left = false;
    var lease = registry.lease(part, this);
    if (lease.isEmpty()) {
      return absent(part, "", "it left");
    }
    try {
      DeviceInfo info = registry.with(part, Device.class, Device::describe);
      if (!info.ready()) {
        return absent(part, info.fingerprint(), info.reason());
      }
      Map<String, Double> times =
          registry.with(part, Device.class, device -> times(part, device, graphs, progress));
      return left
          ? absent(part, info.fingerprint(), "it left")
          : new Measurements.Device(
              part.name, part.version.toString(), info.fingerprint(), "", times);
    } catch (UserException failed) {
      return absent(part, "", failed.getMessage());
    } finally {
      registry.giveBack(lease.get());
    }
  }

  private static Measurements.Device absent(PartEntry part, String fingerprint, String why) {
    String reason = why.isEmpty() ? "it is not ready" : why;
    return new Measurements.Device(
        part.name, part.version.toString(), fingerprint, reason, Map.of());
  }

  private Map<String, Double> times(
      PartEntry part, Device device, List<Graph> graphs, Consumer<String> progress) {
    Map<String, Double> times = new LinkedHashMap<>();
    try (Workers workers = new Workers("stoa-measure", Runtime.getRuntime().availableProcessors());
        DeviceSession session = device.open(new Limits(workers))) {
      for (Graph graph : graphs) {
        if (left) {
          break;
        }
        progress.accept(part.name + ": " + graph.name());
        try (GraphClock timed = new GraphClock(session, graph, clocks)) {
          times.put(graph.name(), timed.microseconds());
        }
      }
    }
    return times;
  }

  @Override
  public void leave(Lease lease) {
    left = true;
  }

  @Override
  public boolean owns(Thread other) {
    return other == thread;
  }

  @Override
  public void disown(Lease lease, String why) {
    left = true;
    registry.giveBack(lease);
  }

  /** What a session may use. */
  private record Limits(Workers workers) implements DeviceContext {
    @Override
    public int threads() {
      return workers.threads();
    }

    @Override
    public void parallel(int count, IntConsumer piece) {
      workers.parallel(count, piece);
    }
  }
}
