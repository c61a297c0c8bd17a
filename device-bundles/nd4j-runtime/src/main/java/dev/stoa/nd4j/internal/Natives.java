package dev.stoa.nd4j.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The natives that this bundle carries, as its build wrote them down.
 *
 * @param version of ND4J
 * @param openblas version of OpenBLAS
 * @param platform operating system and architecture, as JavaCPP names them; empty when there are
 *     none
 * @param classifier platform and instruction set
 * @param digests by name of {@link #JARS}: SHA-256 in hexadecimal digits
 */
record Natives(
    String version,
    String openblas,
    String platform,
    String classifier,
    Map<String, String> digests) {
  /**
   * The property that says which natives this process holds: they stay mapped until it ends,
   * whatever bundle loaded them.
   */
  private static final String HELD = "dev.stoa.nd4j.natives";

  private static final String FOLDER = "/natives/";

  /** The jars beside the class path, which hold the libraries. */
  static final List<String> JARS = List.of("javacpp.jar", "openblas.jar", "nd4j-native.jar");

  /** What this bundle carries. */
  static Natives ofThisBundle() {
    Properties written = new Properties();
    try (InputStream in = open("natives.properties")) {
      written.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Natives(
        written.getProperty("version"),
        written.getProperty("openblas"),
        written.getProperty("platform"),
        written.getProperty("classifier"),
        digestsOfThisBundle());
  }

  /** A line of {@code name=digest,...}; empty when the build found no natives. */
  private static Map<String, String> digestsOfThisBundle() {
    Map<String, String> digests = new TreeMap<>();
    try (InputStream in = open("digests.txt")) {
      String line = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
      for (String each : line.split(",")) {
        int equals = each.indexOf('=');
        if (equals > 0) {
          digests.put(each.substring(0, equals).strip(), each.substring(equals + 1).strip());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return digests;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static InputStream open(String name) throws IOException {
    InputStream in = Natives.class.getResourceAsStream(FOLDER + name);
    if (in == null) {
      throw new IOException("this build of dev.stoa.nd4j holds no " + FOLDER + name);
    }
    return in;
  }

  /** Names a set of libraries by its content; sets that differ cannot live in one process. */
  String identity() {
    byte[] all = new TreeMap<>(digests).toString().getBytes(StandardCharsets.UTF_8);
    String content = HexFormat.of().formatHex(sha256().digest(all), 0, 4);
    return "nd4j-" + version + "-" + classifier + "-" + content;
  }

  /** Why these cannot be loaded into this process any more; empty when they can. */
  Optional<String> conflict() {
    String held = System.getProperty(HELD);
    return held == null || held.equals(identity())
        ? Optional.empty()
        : Optional.of(
            "this process already holds the natives "
                + held
                + ", this bundle brings "
                + identity()
                + ": restart needed");
  }

  /** From now on this process holds these; false when it did already. */
  boolean hold() {
    return System.setProperty(HELD, identity()) == null;
  }
}
