package dev.stoa.shell;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.management.JMException;
import javax.management.ObjectName;

/** Facts about the machine and the virtual machine, by name. */
final class Machine {
  private static final String VECTOR = "jdk.incubator.vector";

  private Machine() {}

  static Map<String, Object> facts(Installation installation) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("stoa", installation.property("stoa.version").orElse(""));
    facts.put(
        "jdk",
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
    facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    facts.put("cores", Runtime.getRuntime().availableProcessors());
    facts.put("heapBytes", Runtime.getRuntime().maxMemory());
    physicalMemory().ifPresent(bytes -> facts.put("memoryBytes", bytes));
    facts.put("vectorApi", ModuleLayer.boot().findModule(VECTOR).isPresent());
    Optional<String> data = installation.property("stoa.data");
    facts.put("dataDirectory", data.orElse(""));
    data.flatMap(Machine::usableSpace).ifPresent(bytes -> facts.put("freeDiskBytes", bytes));
    return facts;
  }

  /** One fact for a person. */
  static String shown(String key, Object value) {
    return switch (key) {
      case "heapBytes" -> "heap, at most: " + gibibytes((Long) value);
      case "memoryBytes" -> "memory: " + gibibytes((Long) value);
      case "freeDiskBytes" -> "free disk there: " + gibibytes((Long) value);
      case "dataDirectory" -> "data directory: " + value;
      case "vectorApi" ->
          "Vector API: "
              + (Boolean.TRUE.equals(value)
                  ? "yes"
                  : "no (start with --add-modules " + VECTOR + ")");
      default -> key + ": " + value;
    };
  }

  private static String gibibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }

  private static Optional<Long> physicalMemory() {
    try {
      Object bytes =
          ManagementFactory.getPlatformMBeanServer()
              .getAttribute(new ObjectName("java.lang:type=OperatingSystem"), "TotalMemorySize");
      return bytes instanceof Long value ? Optional.of(value) : Optional.empty();
    } catch (JMException notOnThisVirtualMachine) {
      return Optional.empty();
    }
  }

  /** Why the data directory cannot be used; nothing when it can, or when there is none. */
  static Optional<String> unusable(Installation installation) {
    return installation
        .property("stoa.data")
        .filter(data -> !usable(existing(data)))
        .map(
            data ->
                data
                    + " cannot be written: no stoa attach, no device with natives. Name another"
                    + " place with STOA_DATA");
  }

  private static boolean usable(Path place) {
    return Files.isDirectory(place) && Files.isWritable(place);
  }

  /** The folder, or the nearest one above it that is there already. */
  private static Path existing(String folder) {
    Path path = Path.of(folder).toAbsolutePath();
    while (path.getParent() != null && !Files.exists(path)) {
      path = path.getParent();
    }
    return path;
  }

  /** Space where the folder lies, or will lie once it is made. */
  private static Optional<Long> usableSpace(String folder) {
    try {
      return Optional.of(Files.getFileStore(existing(folder)).getUsableSpace());
    } catch (IOException unknown) {
      return Optional.empty();
    }
  }
}
