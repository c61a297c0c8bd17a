package dev.stoa.device.cpund4j;

import dev.stoa.device.Device;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceException;
import dev.stoa.device.DeviceInfo;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.compiler.GraphCompiler;
import dev.stoa.device.compiler.Product;
import dev.stoa.nd4j.Nd4jRuntime;
import dev.stoa.nd4j.Nd4jStatus;
import dev.stoa.run.Parts;
import java.util.function.Predicate;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The processor through ND4J: large matrix products are those of its OpenBLAS on one thread each,
 * everything else is compiled as on cpu-jvm. The natives are loaded by the first description or
 * session, not at start.
 */
@Component(
    service = Device.class,
    immediate = true,
    property = {
      Parts.NAME + "=" + CpuNd4jDevice.NAME,
      Parts.DESCRIPTION + "=The processor through ND4J: large products by its OpenBLAS"
    })
public final class CpuNd4jDevice implements Device {
  static final String NAME = "cpu-nd4j";

  /** Raised when a change of the choice or the blocks of products changes bits. */
  private static final String PRODUCTS = "products-1";

  private final Nd4jRuntime runtime;
  private final GraphCompiler compiler;
  private final Memory memory;

  /** Over the runtime that holds the natives. */
  @Activate
  public CpuNd4jDevice(@Reference Nd4jRuntime runtime) {
    this(runtime, GraphCompiler.of(NAME), ProductChoice::byOpenBlas);
  }

  /** With another choice of products, for tests. */
  CpuNd4jDevice(Nd4jRuntime runtime, GraphCompiler compiler, Predicate<Product> choice) {
    this.runtime = runtime;
    this.memory = new Memory(() -> runtime.load().memoryBytes());
    this.compiler = compiler.with(new OpenBlas(choice, memory));
  }

  @Override
  public DeviceInfo describe() {
    Nd4jStatus status = runtime.load();
    if (!status.ready()) {
      return new DeviceInfo(NAME, false, status.reason(), "", 0);
    }
    String fingerprint =
        String.join(
            " ",
            NAME,
            GraphCompiler.kernels(),
            PRODUCTS,
            status.fingerprint(),
            "java-" + Runtime.version().feature());
    return new DeviceInfo(NAME, true, "", fingerprint, Runtime.getRuntime().maxMemory());
  }

  @Override
  public DeviceSession open(DeviceContext context) {
    Nd4jStatus status = runtime.load();
    if (!status.ready()) {
      throw new DeviceException("device " + NAME + " is not ready: " + status.reason());
    }
    return compiler.open(context);
  }

  @Override
  public long allocatedBytes() {
    return compiler.allocatedBytes();
  }

  /** Native memory of open executables. */
  long nativeBytes() {
    return memory.held();
  }
}
