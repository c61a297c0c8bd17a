package dev.stoa.lib.learners;

import dev.stoa.device.DeviceBuffer;
import dev.stoa.device.DeviceSession;
import dev.stoa.state.State;
import dev.stoa.state.StateException;
import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Graph;
import dev.stoa.tensor.Shape;
import dev.stoa.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Arrays that a learner carries from step to step in the memory of a device, by name (parameters,
 * moments, a target network), and the programs that work on them. Used by one thread at a time.
 */
public final class CarriedArrays implements AutoCloseable {
  private final DeviceSession session;
  private final Map<String, DeviceBuffer> carried = new LinkedHashMap<>();
  private final List<Program> programs = new ArrayList<>();

  /** None yet, on a session that the caller goes on to own. */
  public CarriedArrays(DeviceSession session) {
    this.session = session;
  }

  /**
   * One more array, zero at first.
   *
   * @param name of the graphs' inputs and of the state's array
   * @param type float32 or float64
   * @throws IllegalArgumentException for a name that is taken or another element type
   */
  public void carry(String name, TensorType type) {
    if (!type.dataType().isFloating()) {
      throw new IllegalArgumentException("carried arrays are real, " + name + " is " + type);
    }
    if (carried.containsKey(name)) {
      throw new IllegalArgumentException("two carried arrays named " + name);
    }
    carried.put(name, session.allocate(type));
  }

  /**
   * The buffer of one array.
   *
   * @throws IllegalArgumentException when none of that name is carried
   */
  public DeviceBuffer get(String name) {
    DeviceBuffer buffer = carried.get(name);
    if (buffer == null) {
      throw new IllegalArgumentException("no array " + name + " among " + carried.keySet());
    }
    return buffer;
  }

  /**
   * A graph made ready. An input under the name of an array carried by now is that array; every
   * other input, and every output that updates none, gets a buffer of its own.
   *
   * @throws dev.stoa.device.DeviceException when the device cannot run it
   */
  public Program compile(Graph graph) {
    Program program = new Program(session, graph, carried);
    programs.add(program);
    return program;
  }

  /**
   * Adds all arrays to a state.
   *
   * @param policy names of those that are the policy's
   */
  public void save(State.Builder state, Collection<String> policy) {
    carried.forEach(
        (name, buffer) -> {
          int[] shape = buffer.type().shape().extents();
          if (policy.contains(name)) {
            state.policy(name, contents(buffer), shape);
          } else {
            state.array(name, contents(buffer), shape);
          }
        });
  }

  /**
   * Takes all arrays from a state.
   *
   * @throws StateException when one is missing or has another type or length
   */
  public void restore(State state) {
    carried.forEach((name, buffer) -> restore(state, name, buffer));
  }

  private static Object contents(DeviceBuffer buffer) {
    int size = buffer.type().shape().size();
    if (buffer.type().dataType() == DataType.FLOAT64) {
      double[] values = new double[size];
      buffer.read(values);
      return values;
    }
    float[] values = new float[size];
    buffer.read(values);
    return values;
  }

  private static void restore(State state, String name, DeviceBuffer buffer) {
    Shape shape = buffer.type().shape();
    if (buffer.type().dataType() == DataType.FLOAT64) {
      double[] values = new double[shape.size()];
      StateArrays.read(state, name, values);
      buffer.write(values);
    } else {
      float[] values = new float[shape.size()];
      StateArrays.read(state, name, values);
      buffer.write(values);
    }
  }

  /** Frees arrays and programs; the session stays open. */
  @Override
  public void close() {
    programs.forEach(Program::close);
    carried.values().forEach(DeviceBuffer::close);
  }
}
