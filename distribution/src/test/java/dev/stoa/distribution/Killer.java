package dev.stoa.distribution;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.ListeningConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequest;
import java.io.IOException;
import java.util.Map;

/**
 * Kills a process of its own at a point of its code: a debugger stops it there the so-manieth time,
 * and it never goes on. The code itself knows nothing of it.
 */
final class Killer implements AutoCloseable {
  /** Where it is killed, always before what the method does. */
  enum Point {
    /** Before bytes of a file are written: others may be, or the file may be empty. */
    WRITE("dev.stoa.state.StableStorage$FileSink", "write", "([BII)V"),
    /** Between write and fsync. */
    FORCE("dev.stoa.state.StableStorage$FileSink", "force", "()V"),
    /** Between fsync and rename, or between two renames. */
    RENAME("dev.stoa.state.StableStorage", "rename", "(Ljava/nio/file/Path;Ljava/nio/file/Path;)V"),
    /** Between rename and the folder's fsync. */
    FORCE_FOLDER("dev.stoa.state.StableStorage", "forceFolder", "(Ljava/nio/file/Path;)V"),
    /** Before what was replaced is deleted. */
    DELETE("dev.stoa.state.StableStorage", "delete", "(Ljava/nio/file/Path;)V"),
    /** Anywhere in a training. */
    STEP("dev.stoa.algorithm.ppo.PpoLearner", "step", "()Ldev/stoa/run/StepReport;");

    private final String type;
    private final String method;
    private final String signature;

    Point(String type, String method, String signature) {
      this.type = type;
      this.method = method;
      this.signature = signature;
    }
  }

  private final Point point;
  private final int count;
  private final ListeningConnector connector;
  private final Map<String, Connector.Argument> arguments;
  private final String address;

  /**
   * Kills the process that is started with {@link #option} at a point, the {@code count}th time.
   */
  Killer(Point point, int count) throws IOException {
    this.point = point;
    this.count = count;
    this.connector =
        Bootstrap.virtualMachineManager().listeningConnectors().stream()
            .filter(each -> each.name().equals("com.sun.jdi.SocketListen"))
            .findFirst()
            .orElseThrow();
    this.arguments = connector.defaultArguments();
    arguments.get("port").setValue("0");
    arguments.get("localAddress").setValue("127.0.0.1");
    arguments.get("timeout").setValue(Long.toString(CommandLine.LIMIT.toMillis()));
    try {
      this.address = connector.startListening(arguments);
    } catch (IllegalConnectorArgumentsException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The option by which a virtual machine lets itself be killed. */
  String option() {
    String port = address.substring(address.lastIndexOf(':') + 1);
    return "-agentlib:jdwp=transport=dt_socket,server=n,suspend=y,address=127.0.0.1:" + port;
  }

  /** True when it was killed at its point, false when it ended before. */
  boolean kill(CommandLine.Running process) throws IOException, InterruptedException {
    VirtualMachine machine;
    try {
      machine = connector.accept(arguments);
    } catch (IllegalConnectorArgumentsException e) {
      throw new IllegalStateException(e);
    }
    ClassPrepareRequest loading = machine.eventRequestManager().createClassPrepareRequest();
    loading.addClassFilter(point.type);
    loading.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
    loading.enable();
    int seen = 0;
    try {
      while (true) {
        EventSet events = machine.eventQueue().remove();
        for (Event event : events) {
          if (event instanceof ClassPrepareEvent loaded) {
            stopAt(machine, loaded.referenceType());
          } else if (event instanceof BreakpointEvent && ++seen == count) {
            process.kill();
            return true;
          }
        }
        events.resume();
      }
    } catch (VMDisconnectedException e) {
      return false;
    }
  }

  private void stopAt(VirtualMachine machine, ReferenceType type) {
    Method method =
        type.methodsByName(point.method, point.signature).stream()
            .filter(each -> !each.isBridge())
            .findFirst()
            .orElseThrow(() -> new IllegalStateException(point + " is no longer there"));
    BreakpointRequest stop =
        machine.eventRequestManager().createBreakpointRequest(method.location());
    stop.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
    stop.enable();
  }

  @Override
  public void close() throws IOException {
    try {
      connector.stopListening(arguments);
    } catch (IllegalConnectorArgumentsException e) {
      throw new IllegalStateException(e);
    }
  }
}
