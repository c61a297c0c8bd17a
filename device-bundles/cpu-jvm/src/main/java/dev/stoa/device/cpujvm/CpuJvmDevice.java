package dev.stoa.device.cpujvm;

import dev.stoa.device.Device;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceInfo;
import dev.stoa.device.DeviceSession;
import dev.stoa.run.Parts;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.service.component.annotations.Component;

/** The processor, by plain Java loops that the virtual machine turns into vector instructions. */
@Component(
    immediate = true,
    property = {
      Parts.NAME + "=cpu-jvm",
      Parts.DESCRIPTION + "=The processor, in Java alone: works everywhere"
    })
public final class CpuJvmDevice implements Device {
  /** Changes whenever a kernel's bits do. */
  private static final int KERNEL_SET = 3;

  private final Machine machine;
  private final AtomicLong allocated = new AtomicLong();

  /** The device with what this virtual machine offers. */
  public CpuJvmDevice() {
    this(Machine.present());
  }

  CpuJvmDevice(Machine machine) {
    this.machine = machine;
  }

  /** Java arithmetic is strict from 17 on: neither vectors nor their width nor processor matter. */
  @Override
  public DeviceInfo describe() {
    return new DeviceInfo(
        "cpu-jvm",
        true,
        "",
        "cpu-jvm kernels " + KERNEL_SET + ", Java " + Runtime.version().feature(),
        Runtime.getRuntime().maxMemory());
  }

  @Override
  public DeviceSession open(DeviceContext context) {
    return new JvmSession(context, machine, allocated);
  }

  @Override
  public long allocatedBytes() {
    return allocated.get();
  }
}
