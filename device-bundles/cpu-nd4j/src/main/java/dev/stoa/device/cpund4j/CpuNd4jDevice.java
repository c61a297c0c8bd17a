package dev.stoa.device.cpund4j;

import dev.stoa.device.Device;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceException;
import dev.stoa.device.DeviceInfo;
import dev.stoa.device.DeviceSession;
import dev.stoa.nd4j.Nd4jRuntime;
import dev.stoa.nd4j.Nd4jStatus;
import dev.stoa.run.Parts;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The processor through ND4J: tensors live in ND4J's memory, matrix products are those of its
 * OpenBLAS on one thread each. The natives are loaded by the first description or session, not at
 * start.
 */
@Component(
    service = Device.class,
    immediate = true,
    property = {
      Parts.NAME + "=" + CpuNd4jDevice.NAME,
      Parts.DESCRIPTION + "=The processor through ND4J: its memory and its OpenBLAS"
    })
public final class CpuNd4jDevice implements Device {
  static final String NAME = "cpu-nd4j";

  /** Raised when a change of the kernels changes bits. */
  private static final String KERNELS = "kernels-2";

  private final Nd4jRuntime runtime;
  private final AtomicLong allocated = new AtomicLong();

  /** Over the runtime that holds the natives. */
  @Activate
  public CpuNd4jDevice(@Reference Nd4jRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public DeviceInfo describe() {
    Nd4jStatus status = runtime.load();
    String fingerprint =
        status.ready()
            ? String.join(
                " ", NAME, KERNELS, status.fingerprint(), "java-" + Runtime.version().feature())
            : "";
    return new DeviceInfo(NAME, status.ready(), status.reason(), fingerprint, status.memoryBytes());
  }

  @Override
  public DeviceSession open(DeviceContext context) {
    Nd4jStatus status = runtime.load();
    if (!status.ready()) {
      throw new DeviceException("device " + NAME + " is not ready: " + status.reason());
    }
    return new CpuNd4jSession(new Memory(allocated, status.memoryBytes()), runtime);
  }

  @Override
  public long allocatedBytes() {
    return allocated.get();
  }
}
