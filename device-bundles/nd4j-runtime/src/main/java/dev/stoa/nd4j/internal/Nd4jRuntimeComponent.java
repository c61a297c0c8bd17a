package dev.stoa.nd4j.internal;

import dev.stoa.nd4j.Nd4jRuntime;
import dev.stoa.nd4j.Nd4jStatus;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * The service. Until the first use it touches no class of ND4J. Immediate, because ND4J must
 * outlive a moment in which no device uses it: an update of the device.
 */
@Component(service = Nd4jRuntime.class, immediate = true)
public final class Nd4jRuntimeComponent implements Nd4jRuntime {
  /** The framework property that names the data folder. */
  private static final String DATA = "stoa.data";

  private final Path data;
  private final Natives natives;
  private final Processor processor;
  private boolean started;
  private Nd4jStatus known = Nd4jStatus.unavailable("");

  /** As a component: natives lie below the data folder, without one in the bundle's own. */
  @Activate
  public Nd4jRuntimeComponent(BundleContext context) {
    this(folder(context));
  }

  /** Without a framework. */
  public Nd4jRuntimeComponent(Path data) {
    this(data, Natives.ofThisBundle(), Processor.here());
  }

  Nd4jRuntimeComponent(Path data, Natives natives, Processor processor) {
    this.data = data;
    this.natives = natives;
    this.processor = processor;
  }

  private static Path folder(BundleContext context) {
    String data = context.getProperty(DATA);
    if (data != null) {
      return Path.of(data);
    }
    File own = context.getDataFile("");
    return own == null ? Path.of(System.getProperty("java.io.tmpdir"), "stoa") : own.toPath();
  }

  @Override
  public synchronized Nd4jStatus load() {
    // What fails before ND4J's classes are touched (a full disk) may succeed later; a class that
    // failed to initialise never will.
    if (!started) {
      known = refusal();
      if (known.ready()) {
        known = unpackAndStart();
      }
    }
    return known;
  }

  private Nd4jStatus refusal() {
    if (natives.platform().isEmpty()) {
      return Nd4jStatus.unavailable(
          "this build carries no ND4J natives for " + processor.platform() + "; use cpu-jvm");
    }
    if (!natives.platform().equals(processor.platform())) {
      return Nd4jStatus.unavailable(
          "this build carries ND4J natives for "
              + natives.platform()
              + ", this machine is "
              + processor.platform()
              + "; use cpu-jvm or build Stoa here");
    }
    if (natives.classifier().endsWith("-avx2") && !processor.hasAvx2()) {
      return Nd4jStatus.unavailable(
          "the ND4J natives "
              + natives.classifier()
              + " need AVX2 and FMA, which this processor lacks;"
              + " use cpu-jvm or build with -Dnd4j.natives="
              + natives.platform());
    }
    return natives.conflict().map(Nd4jStatus::unavailable).orElseGet(() -> Nd4jStatus.ready("", 0));
  }

  private Nd4jStatus unpackAndStart() {
    Path folder;
    try {
      folder =
          new NativeFiles(
                  data.resolve("native"),
                  natives,
                  Natives::open,
                  place -> Files.getFileStore(place).getUsableSpace())
              .ready();
    } catch (IOException e) {
      return Nd4jStatus.unavailable(
          "the ND4J natives cannot be unpacked: " + e.getMessage() + "; or use cpu-jvm");
    }
    started = true;
    AtomicReference<Nd4jStatus> result = new AtomicReference<>();
    // A thread of its own takes ND4J's thread-locals with it; without inherited ones, and with this
    // class space as context, it depends on no caller.
    Thread thread = new Thread(null, () -> result.set(start(folder)), "nd4j-load", 0, false);
    thread.setContextClassLoader(getClass().getClassLoader());
    thread.setDaemon(true);
    thread.start();
    await(thread);
    return result.get();
  }

  private Nd4jStatus start(Path folder) {
    try {
      return Nd4jProcess.start(folder, natives, processor);
    } catch (RuntimeException | LinkageError e) {
      return Nd4jStatus.unavailable(
          "ND4J "
              + natives.version()
              + " cannot be loaded from "
              + folder
              + ": "
              + cause(folder, e)
              + "; use cpu-jvm, or see docs/nd4j.md");
    }
  }

  /** JavaCPP swallows what the system says about a library, and fails later on. */
  private static String cause(Path folder, Throwable thrown) {
    for (String library : List.of("jnijavacpp", "nd4jcpu")) {
      Path file = folder.resolve(System.mapLibraryName(library));
      try {
        System.load(file.toAbsolutePath().toString());
      } catch (UnsatisfiedLinkError e) {
        return e.getMessage();
      }
    }
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.toString();
  }

  private static void await(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized void forgetThread() {
    if (known.ready()) {
      Nd4jProcess.forgetThread();
    }
  }

  @Deactivate
  synchronized void stop() {
    if (started) {
      Nd4jProcess.endThreads();
    }
  }
}
