package dev.stoa.shell;

import dev.stoa.run.Measurements;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What devices take for the reference graphs, for people and as data. */
final class MeasurementTable {
  private MeasurementTable() {}

  /** A row per device in microseconds per call, and where it is kept. */
  static void show(Measurements measured, Output output) {
    output.line("measured, in microseconds per call (mean: geometric):");
    List<String> head = new ArrayList<>();
    head.add("DEVICE");
    measured.graphs().forEach(graph -> head.add(graph.toUpperCase(Locale.ROOT)));
    head.add("MEAN");
    output.table(
        head, measured.devices().stream().map(each -> row(each, measured.graphs())).toList());
    measured.devices().stream()
        .filter(each -> !each.reason().isEmpty())
        .forEach(each -> output.line(each.name() + " was not measured: " + each.reason()));
    output.line("kept in " + measured.file());
  }

  private static List<String> row(Measurements.Device device, List<String> graphs) {
    List<String> row = new ArrayList<>();
    row.add(device.name());
    for (String graph : graphs) {
      Double time = device.microseconds().get(graph);
      row.add(time == null ? "-" : number(time));
    }
    row.add(device.mean().map(MeasurementTable::number).orElse("-"));
    return row;
  }

  private static String number(double microseconds) {
    return String.format(Locale.ROOT, microseconds < 100 ? "%.1f" : "%,.0f", microseconds);
  }

  static Map<String, Object> object(Measurements measured) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("file", measured.file());
    object.put("measured", measured.date());
    object.put("machine", measured.machine());
    object.put(
        "devices",
        measured.devices().stream().map(each -> object(each, measured.graphs())).toList());
    return object;
  }

  private static Map<String, Object> object(Measurements.Device device, List<String> graphs) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", device.name());
    object.put("version", device.version());
    object.put("fingerprint", device.fingerprint());
    object.put("reason", device.reason());
    Map<String, Object> times = new LinkedHashMap<>();
    graphs.stream()
        .filter(device.microseconds()::containsKey)
        .forEach(graph -> times.put(graph, device.microseconds().get(graph)));
    object.put("microseconds", times);
    object.put("mean", device.mean().orElse(null));
    return object;
  }
}
