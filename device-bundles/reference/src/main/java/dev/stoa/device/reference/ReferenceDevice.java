package dev.stoa.device.reference;

import dev.stoa.device.Device;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceInfo;
import dev.stoa.device.DeviceSession;
import dev.stoa.run.Parts;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.service.component.annotations.Component;

/**
 * The oracle: a plain interpreter that holds every real number as float64 and rounds float32
 * tensors only where a graph ends. Correct and slow; one thread.
 */
@Component(
    immediate = true,
    property = {
      Parts.NAME + "=reference",
      Parts.AUTO + ":Boolean=false",
      Parts.DESCRIPTION + "=A plain float64 interpreter: slow, the oracle of tests"
    })
public final class ReferenceDevice implements Device {
  private final AtomicLong allocated = new AtomicLong();

  @Override
  public DeviceInfo describe() {
    return new DeviceInfo(
        "reference", true, "", "reference 1, float64", Runtime.getRuntime().maxMemory());
  }

  @Override
  public DeviceSession open(DeviceContext context) {
    return new ReferenceSession(allocated);
  }

  @Override
  public long allocatedBytes() {
    return allocated.get();
  }
}
