package dev.stoa.runs;

import dev.stoa.device.Device;
import dev.stoa.device.DeviceInfo;
import dev.stoa.run.Catalogue.Kind;
import dev.stoa.run.Measurements;
import dev.stoa.run.UserException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which device a run gets that names none: the fastest by a stored measurement where there is one
 * that fits, else the first by a fixed rule. Asked once per run, when it is created; it reads no
 * clock.
 */
final class DeviceChoice {
  /** It works everywhere. */
  private static final String EVERYWHERE = "cpu-jvm";

  /** Greatest ranking first, then the one that works everywhere, then by name. */
  private static final Comparator<PartEntry> RULE =
      Comparator.comparingInt(PartEntry::ranking)
          .reversed()
          .thenComparing(part -> !part.name.equals(EVERYWHERE))
          .thenComparing(part -> part.name);

  private final PartRegistry registry;
  private final Optional<DeviceTable> table;

  /**
   * A choice among what is installed.
   *
   * @param table where measurements are kept, if anywhere
   */
  DeviceChoice(PartRegistry registry, Optional<DeviceTable> table) {
    this.registry = registry;
    this.table = table;
  }

  /**
   * A device that was chosen.
   *
   * @param why one line
   * @param warning why stored measurements were not used
   */
  record Chosen(PartEntry device, String why, Optional<String> warning) {}

  /** The devices that may be chosen, in the order of the rule. */
  List<PartEntry> candidates() {
    return registry.list(Kind.DEVICE).stream().filter(PartEntry::automatic).sorted(RULE).toList();
  }

  /**
   * Chooses.
   *
   * @throws UserException when no device is ready
   */
  Chosen choose() {
    List<PartEntry> candidates = candidates();
    try {
      Optional<Measurements> measured = table.flatMap(DeviceTable::read);
      if (measured.isEmpty()) {
        return byRule(candidates, Optional.empty());
      }
      return byMeasurement(candidates, measured.get());
    } catch (Unusable unusable) {
      return byRule(candidates, Optional.of(unusable.getMessage()));
    } catch (UserException broken) {
      return byRule(candidates, Optional.of(broken.line()));
    }
  }

  private Chosen byRule(List<PartEntry> candidates, Optional<String> warning) {
    List<String> reasons = new ArrayList<>();
    for (PartEntry each : candidates) {
      String reason = absence(each);
      if (reason.isEmpty()) {
        return new Chosen(each, "by the fixed rule", warning);
      }
      reasons.add(each.name + ": " + reason);
    }
    throw candidates.isEmpty()
        ? new UserException(
            "no compute device is installed", "--device auto", "Install " + EVERYWHERE)
        : new UserException(
            "no compute device is ready: " + String.join("; ", reasons),
            "--device auto",
            "stoa doctor shows them");
  }

  private String absence(PartEntry part) {
    try {
      DeviceInfo info = registry.with(part, Device.class, Device::describe);
      return info.ready() ? "" : info.reason();
    } catch (UserException failed) {
      return failed.getMessage();
    }
  }

  /** The fastest that is there and ready; only that one is asked, for others may load natives. */
  private Chosen byMeasurement(List<PartEntry> candidates, Measurements measured) {
    if (!measured.machine().equals(DeviceTable.machine())) {
      throw unusable(
          measured,
          "was measured on [" + measured.machine() + "], this is [" + DeviceTable.machine() + "]");
    }
    record Timed(PartEntry part, Measurements.Device row, double mean) {}
    List<Timed> timed = new ArrayList<>();
    for (PartEntry part : candidates) {
      Measurements.Device row =
          measured.devices().stream()
              .filter(each -> each.name().equals(part.name))
              .findFirst()
              .orElseThrow(() -> unusable(measured, "knows no device " + part.name));
      if (!row.version().equals(part.version.toString())) {
        throw unusable(
            measured,
            "knows " + part.name + " " + row.version() + ", installed is " + part.version);
      }
      row.mean().ifPresent(mean -> timed.add(new Timed(part, row, mean)));
    }
    // A stable sort: of equally fast ones the rule decides.
    timed.sort(Comparator.comparingDouble(Timed::mean));
    for (Timed each : timed) {
      DeviceInfo info = registry.with(each.part(), Device.class, Device::describe);
      if (!info.ready()) {
        continue;
      }
      if (!info.fingerprint().equals(each.row().fingerprint())) {
        throw unusable(
            measured,
            "knows "
                + each.part().name
                + " as ["
                + each.row().fingerprint()
                + "], it is ["
                + info.fingerprint()
                + "]");
      }
      return new Chosen(
          each.part(),
          "the fastest by the measurement of " + measured.date() + " (" + measured.file() + ")",
          Optional.empty());
    }
    throw unusable(measured, "names no device that is ready");
  }

  private static Unusable unusable(Measurements measured, String why) {
    return new Unusable(
        "the stored measurement "
            + why
            + "; the fixed rule is used ("
            + measured.file()
            + "). Measure again with stoa doctor --measure");
  }

  /** A table that does not fit what is installed. */
  private static final class Unusable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unusable(String message) {
      super(message);
    }
  }
}
