package dev.stoa.conformance;

import dev.stoa.device.Device;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Equal bits in virtual machines that compile otherwise, or with other vectors. */
final class VirtualMachines {
  private static final String VECTORS = "jdk.incubator.vector";

  private VirtualMachines() {}

  /**
   * Another virtual machine.
   *
   * @param vectors whether with the vector module, if this one has it
   * @param calls of each graph; the last one counts
   */
  private record Variant(String name, boolean vectors, int calls, List<String> options) {
    Variant(String name, boolean vectors, int calls, String... options) {
      this(name, vectors, calls, List.of(options));
    }
  }

  private static List<Variant> variants() {
    // Enough calls for the optimising compiler, but where nothing is compiled.
    int many = Extent.of(500, 20_000);
    List<Variant> variants = new ArrayList<>();
    variants.add(new Variant("interpreted", true, 2, "-Xint"));
    variants.add(new Variant("with vectors of 16 bytes", true, many, "-XX:MaxVectorSize=16"));
    if (haveVectors()) {
      variants.add(new Variant("without the vector module", false, many));
    }
    if (Extent.full()) {
      variants.add(new Variant("with AVX2", true, many, "-XX:UseAVX=2"));
      variants.add(new Variant("without AVX", true, many, "-XX:UseAVX=0"));
      variants.add(new Variant("by C1 alone", true, many, "-XX:TieredStopAtLevel=1"));
      variants.add(new Variant("by C2 alone", true, many, "-XX:-TieredCompilation"));
      if (haveVectors()) {
        variants.add(new Variant("interpreted without the vector module", false, 2, "-Xint"));
      }
    }
    return variants;
  }

  private static boolean haveVectors() {
    return ModuleLayer.boot().findModule(VECTORS).isPresent();
  }

  static List<Rule> rules(Class<? extends Supplier<? extends Device>> maker) {
    return variants().stream()
        .map(
            variant ->
                new Rule(
                    "A virtual machine " + variant.name() + " gives the same bits",
                    device -> check(device, maker, variant)))
        .toList();
  }

  private static void check(Device device, Class<?> maker, Variant variant) {
    String own = BitDigest.of(device, variant.calls());
    String other = other(maker, variant);
    if (!own.equals(other)) {
      throw new AssertionError("here the results have the digests " + own + ", there " + other);
    }
  }

  private static String other(Class<?> maker, Variant variant) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // An option of one processor is none of another's.
    command.add("-XX:+IgnoreUnrecognizedVMOptions");
    command.addAll(variant.options());
    if (variant.vectors() && haveVectors()) {
      command.add("--add-modules=" + VECTORS);
    }
    System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith("stoa."))
        .sorted()
        .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(BitDigest.class.getName(), maker.getName(), String.valueOf(variant.calls())));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String printed =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int status = process.waitFor();
      if (status != 0) {
        throw new AssertionError(
            "status " + status + " of " + command.stream().collect(Collectors.joining(" ")));
      }
      return Stream.of(printed.split("\n")).reduce((first, second) -> second).orElse("");
    } catch (IOException e) {
      throw new AssertionError("cannot start " + command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
