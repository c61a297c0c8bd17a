package dev.stoa.device.cpujvm;

import dev.stoa.device.Device;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceInfo;
import dev.stoa.device.DeviceSession;
import dev.stoa.device.compiler.GraphCompiler;
import dev.stoa.run.Parts;
import org.osgi.service.component.annotations.Component;

/** The processor, by plain Java loops that the virtual machine turns into vector instructions. */
@Component(
    immediate = true,
    property = {
      Parts.NAME + "=" + CpuJvmDevice.NAME,
      Parts.DESCRIPTION + "=The processor, in Java alone: works everywhere"
    })
public final class CpuJvmDevice implements Device {
  static final String NAME = "cpu-jvm";

  private final GraphCompiler compiler;

  /** The device with what this virtual machine offers. */
  public CpuJvmDevice() {
    this(GraphCompiler.of(NAME));
  }

  private CpuJvmDevice(GraphCompiler compiler) {
    this.compiler = compiler;
  }

  /** The same with vectors from the first call on. */
  static CpuJvmDevice atOnce() {
    return new CpuJvmDevice(GraphCompiler.atOnce(NAME));
  }

  /** Java arithmetic is strict from 17 on: neither vectors nor their width nor processor matter. */
  @Override
  public DeviceInfo describe() {
    return new DeviceInfo(
        NAME,
        true,
        "",
        NAME + " " + GraphCompiler.kernels() + ", Java " + Runtime.version().feature(),
        Runtime.getRuntime().maxMemory());
  }

  @Override
  public DeviceSession open(DeviceContext context) {
    return compiler.open(context);
  }

  @Override
  public long allocatedBytes() {
    return compiler.allocatedBytes();
  }
}
