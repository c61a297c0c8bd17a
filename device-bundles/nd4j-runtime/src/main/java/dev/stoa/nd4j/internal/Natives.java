package dev.stoa.nd4j.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;

/**
 * The natives that this bundle carries, as its build wrote them down.
 *
 * @param version of ND4J
 * @param openblas version of OpenBLAS
 * @param platform operating system and architecture, as JavaCPP names them; empty when there are
 *     none
 * @param classifier platform and instruction set
 */
record Natives(String version, String openblas, String platform, String classifier) {
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
        written.getProperty("classifier"));
  }

  static InputStream open(String name) throws IOException {
    InputStream in = Natives.class.getResourceAsStream(FOLDER + name);
    if (in == null) {
      throw new IOException("this build of dev.stoa.nd4j holds no " + FOLDER + name);
    }
    return in;
  }

  /** Names a set of libraries; sets that differ cannot live in one process. */
  String identity() {
    return "nd4j-" + version + "-" + classifier;
  }
}
