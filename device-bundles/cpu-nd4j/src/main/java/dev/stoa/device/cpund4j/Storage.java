package dev.stoa.device.cpund4j;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.TensorType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The arrays of one program: one whose value nobody reads any more serves a later node of its size.
 */
final class Storage {
  private record Key(DataType dataType, int size) {
    static Key of(TensorType type) {
      return new Key(type.dataType(), type.shape().size());
    }
  }

  private final Memory memory;
  private final List<NativeArray> owned = new ArrayList<>();
  private final Map<Key, Deque<NativeArray>> free = new HashMap<>();

  Storage(Memory memory) {
    this.memory = memory;
  }

  /** An array of any content, perhaps one given back. Its shape may be another. */
  NativeArray take(TensorType type) {
    Deque<NativeArray> fitting = free.getOrDefault(Key.of(type), new ArrayDeque<>());
    return fitting.isEmpty() ? takeZeros(type) : fitting.pop();
  }

  /** A new array of zeros. */
  NativeArray takeZeros(TensorType type) {
    NativeArray array = memory.allocate(type);
    owned.add(array);
    return array;
  }

  /** Takes over what a program inside of this one owns. */
  void adopt(List<NativeArray> arrays) {
    owned.addAll(arrays);
  }

  /** Gives back an array whose content is not needed any more. */
  void giveBack(NativeArray array) {
    free.computeIfAbsent(Key.of(array.type()), key -> new ArrayDeque<>()).push(array);
  }

  /** Every array that was allocated. */
  List<NativeArray> owned() {
    return List.copyOf(owned);
  }

  /** Frees everything. */
  void close() {
    owned.forEach(NativeArray::close);
  }
}
