package dev.stoa.launcher;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * The three folders of a process, absolute.
 *
 * @param home the installation; may be read-only
 * @param data the user's own place for logs and sockets; may not exist yet
 * @param deploy the watched folder; absent when the installation has none
 */
record Places(Path home, Path data, Optional<Path> deploy) {

  /** The folders of this process. */
  static Places find(Arguments arguments) {
    return find(arguments, System.getenv(), System.getProperties());
  }

  /**
   * The folders for the given surroundings. Data: {@code --data}, property {@code stoa.data},
   * environment {@code STOA_DATA}, else a per-user folder. Deploy: {@code --deploy}, environment
   * {@code STOA_DEPLOY}, else {@code HOME/deploy}.
   *
   * @throws LaunchException with exit code 2 when a folder that was asked for cannot be used
   */
  static Places find(Arguments arguments, Map<String, String> environment, Properties properties) {
    Path home = home(properties);
    Path data =
        arguments
            .data()
            .or(() -> present(properties.getProperty("stoa.data")))
            .or(() -> present(environment.get("STOA_DATA")))
            .map(text -> path("data directory", text))
            .orElseGet(() -> userData(environment, properties));
    if (Files.exists(data) && !Files.isDirectory(data)) {
      throw LaunchException.user("data directory: " + data + " is not a folder");
    }
    return new Places(home, data, deploy(arguments, environment, home));
  }

  /** Folder of sockets, one per living process: {@code PID.sock}. */
  Path sockets() {
    return data.resolve("run");
  }

  /** Folder of detailed logs. */
  Path logs() {
    return data.resolve("log");
  }

  private static Optional<Path> deploy(
      Arguments arguments, Map<String, String> environment, Path home) {
    Optional<Path> asked =
        arguments
            .deploy()
            .or(() -> present(environment.get("STOA_DEPLOY")))
            .map(text -> path("deploy folder", text));
    if (asked.isPresent() && !Files.isDirectory(asked.get())) {
      throw LaunchException.user(
          "deploy folder: " + asked.get() + " does not exist or is not a folder");
    }
    Optional<Path> deploy =
        asked.or(() -> Optional.of(home.resolve("deploy")).filter(Files::isDirectory));
    if (deploy.isPresent() && deploy.get().toString().indexOf(',') >= 0) {
      // File Install reads a comma as the end of one folder's name.
      throw LaunchException.user(
          "deploy folder: "
              + deploy.get()
              + " has a comma in its path; name another with --deploy DIR");
    }
    return deploy;
  }

  private static Path userData(Map<String, String> environment, Properties properties) {
    Path user = Path.of(properties.getProperty("user.home", "."));
    String system = properties.getProperty("os.name", "");
    Path parent;
    if (system.startsWith("Windows")) {
      parent =
          present(environment.get("LOCALAPPDATA"))
              .map(Path::of)
              .orElseGet(() -> user.resolve("AppData").resolve("Local"));
    } else if (system.startsWith("Mac")) {
      parent = user.resolve("Library").resolve("Application Support");
    } else {
      // The XDG specification wants relative values ignored.
      parent =
          present(environment.get("XDG_DATA_HOME"))
              .map(Path::of)
              .filter(Path::isAbsolute)
              .orElseGet(() -> user.resolve(".local").resolve("share"));
    }
    return parent.resolve("stoa").toAbsolutePath().normalize();
  }

  private static Path home(Properties properties) {
    Optional<String> given = present(properties.getProperty("stoa.home"));
    Path home;
    if (given.isPresent()) {
      home = path("stoa.home", given.get());
    } else {
      try {
        Path jar = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        home = jar.toAbsolutePath().getParent().getParent();
      } catch (URISyntaxException e) {
        throw LaunchException.internal("cannot tell where Stoa is installed: " + e.getMessage());
      }
    }
    if (!Files.isDirectory(home.resolve("bundles"))) {
      throw LaunchException.user(home + " is no Stoa installation: it has no folder bundles");
    }
    return home;
  }

  private static Optional<String> present(String value) {
    return Optional.ofNullable(value).filter(text -> !text.isBlank());
  }

  private static Path path(String what, String text) {
    try {
      return Path.of(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw LaunchException.user(what + ": '" + text + "' is no path: " + e.getReason());
    }
  }
}
