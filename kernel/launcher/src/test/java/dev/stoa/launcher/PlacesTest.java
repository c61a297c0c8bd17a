package dev.stoa.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlacesTest {
  @TempDir Path temporary;
  private final Properties properties = new Properties();

  @BeforeEach
  void anInstallation() throws IOException {
    Files.createDirectories(temporary.resolve("home/bundles"));
    properties.setProperty("stoa.home", temporary.resolve("home").toString());
    properties.setProperty("user.home", temporary.resolve("user").toString());
    properties.setProperty("os.name", "Linux");
  }

  private Places find(Map<String, String> environment, String... args) {
    return Places.find(Arguments.parse(args), environment, properties);
  }

  @Test
  void dataLiesInTheUsersOwnPlaceOfEachSystem() {
    Path user = temporary.resolve("user");
    assertEquals(user.resolve(".local/share/stoa"), find(Map.of()).data());
    Path xdg = temporary.resolve("xdg");
    assertEquals(xdg.resolve("stoa"), find(Map.of("XDG_DATA_HOME", xdg.toString())).data());
    assertEquals(
        user.resolve(".local/share/stoa"), find(Map.of("XDG_DATA_HOME", "relative")).data());
    properties.setProperty("os.name", "Mac OS X");
    assertEquals(user.resolve("Library/Application Support/stoa"), find(Map.of()).data());
    properties.setProperty("os.name", "Windows 11");
    assertEquals(user.resolve("AppData/Local/stoa"), find(Map.of()).data());
  }

  @Test
  void theOptionGoesBeforeThePropertyAndThePropertyBeforeTheEnvironment() {
    Map<String, String> environment = Map.of("STOA_DATA", temporary.resolve("c").toString());
    assertEquals(temporary.resolve("c"), find(environment).data());
    properties.setProperty("stoa.data", temporary.resolve("b").toString());
    assertEquals(temporary.resolve("b"), find(environment).data());
    String option = temporary.resolve("a").toString();
    assertEquals(temporary.resolve("a"), find(environment, "--data", option).data());
  }

  @Test
  void theDeployFolderOfTheInstallationMayBeMissingButOneAskedForMustExist() throws IOException {
    assertEquals(Optional.empty(), find(Map.of()).deploy());
    Path own = Files.createDirectory(temporary.resolve("home/deploy"));
    assertEquals(Optional.of(own), find(Map.of()).deploy());
    Path missing = temporary.resolve("missing");
    LaunchException e =
        assertThrows(LaunchException.class, () -> find(Map.of("STOA_DEPLOY", missing.toString())));
    assertEquals(2, e.exitCode());
    assertTrue(e.getMessage().contains(missing.toString()), e.getMessage());
    Path other = Files.createDirectory(temporary.resolve("other"));
    assertEquals(Optional.of(other), find(Map.of(), "--deploy", other.toString()).deploy());
  }

  @Test
  void aFolderWithoutBundlesIsNoInstallation() {
    properties.setProperty("stoa.home", temporary.toString());
    assertThrows(LaunchException.class, () -> find(Map.of()));
  }
}
