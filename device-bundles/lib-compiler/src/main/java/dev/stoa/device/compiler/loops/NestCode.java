package dev.stoa.device.compiler.loops;

import dev.stoa.tensor.DataType;
import dev.stoa.tensor.Operation;
import dev.stoa.tensor.Operation.Reduction;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Writes a nest of loops as a class: loops outside in, then the body of the innermost one. */
final class NestCode implements Opcodes {
  static final String SUPPORT = Type.getInternalName(Support.class);

  private static final String PLAIN = SUPPORT.replace("Support", "PlainKernel");
  private static final String ON_VECTORS = SUPPORT.replace("Support", "VectorKernel");
  static final String FOLDS = SUPPORT.replace("Support", "VectorFolds");

  private static final int MOST_UNROLLED = 8;
  private static final int MOST_UNROLLED_VALUES = 120;

  private static final int ARRAYS = 1;
  private static final int FROM = 2;
  private static final int TO = 3;
  private static final int PARAMETERS = 4;

  private final Nest nest;
  private final MethodWriter code;
  private final int lanes;
  private final int last;
  private final ScalarLanes scalars;
  private final VectorLanes vectors;
  private final int[] arrayLocals;
  private final Map<Address, int[]> bases = new LinkedHashMap<>();

  /** Values that are the same in the whole innermost loop: as numbers and as vectors. */
  private final Map<Integer, Integer> sameNumbers = new HashMap<>();

  private final Map<Integer, Integer> sameVectors = new HashMap<>();
  private final Map<Nest.Fold, int[]> sums = new HashMap<>();
  private int counter;

  /**
   * How an index moves with the loops. In a fold's room, the fold's own loop walks through the 16
   * rows of sums.
   */
  private record Address(int offset, List<Integer> strides, int rowsLoop, int rowSize) {}

  /**
   * A class.
   *
   * @param bytes of the class file
   * @param size of its one method, in bytes of byte code
   */
  record Written(byte[] bytes, int size) {}

  private NestCode(Nest nest, MethodWriter code, Map<Integer, Integer> numbers, int lanes) {
    this.nest = nest;
    this.code = code;
    this.lanes = lanes;
    this.last = nest.depth() - 1;
    this.arrayLocals = new int[nest.arrays().size()];
    for (int i = 0; i < arrayLocals.length; i++) {
      arrayLocals[i] = array(i, nest.arrays().get(i));
    }
    this.scalars = new ScalarLanes(code);
    if (nest.vectors()) {
      Map<DataType, Integer> scratch = new EnumMap<>(DataType.class);
      for (DataType type : nest.scratch()) {
        scratch.put(type, array(arrayLocals.length + scratch.size(), type));
      }
      VectorLanes.prepare(code, numbers);
      this.vectors = new VectorLanes(code, numbers, lanes, scratch);
    } else {
      this.vectors = null;
    }
  }

  /**
   * The class file.
   *
   * @param lanes in a vector; only for nests on vectors
   */
  static Written write(Nest nest, int lanes) {
    ClassWriter writer =
        new ClassWriter(ClassWriter.COMPUTE_FRAMES) {
          @Override
          protected String getCommonSuperClass(String a, String b) {
            return "java/lang/Object";
          }
        };
    String[] interfaces = {Type.getInternalName(Kernel.class)};
    String name = nest.vectors() ? ON_VECTORS : PLAIN;
    writer.visit(V17, ACC_FINAL | ACC_SUPER, name, null, "java/lang/Object", interfaces);
    MethodVisitor made = writer.visitMethod(ACC_PUBLIC, "<init>", "()V", null, null);
    made.visitCode();
    made.visitVarInsn(ALOAD, 0);
    made.visitMethodInsn(INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
    made.visitInsn(RETURN);
    made.visitMaxs(0, 0);
    made.visitEnd();

    Map<Integer, Integer> numbers = new LinkedHashMap<>();
    if (nest.vectors()) {
      // A first pass, written nowhere, finds the vectors that are made before the loops.
      MethodVisitor nowhere = new MethodVisitor(ASM9) {};
      new NestCode(nest, new MethodWriter(nowhere, PARAMETERS), numbers, lanes).level(0);
    }

    MethodVisitor run =
        writer.visitMethod(ACC_PUBLIC, "run", "([Ljava/lang/Object;II)V", null, null);
    run.visitCode();
    MethodWriter code = new MethodWriter(run, PARAMETERS);
    new NestCode(nest, code, numbers, lanes).level(0);
    Label end = code.end();
    writer.visitEnd();
    byte[] bytes = writer.toByteArray();
    return new Written(bytes, end.getOffset());
  }

  private int array(int position, DataType type) {
    code.variable(ALOAD, ARRAYS);
    code.integer(position);
    code.op(AALOAD);
    code.castTo("[" + Lanes.letter(type));
    return code.keep();
  }

  private void start(int loop) {
    if (loop == 0) {
      code.variable(ILOAD, FROM);
    } else {
      code.integer(0);
    }
  }

  private void extent(int loop) {
    if (loop == 0) {
      code.variable(ILOAD, TO);
    } else {
      code.integer(nest.extents()[loop]);
    }
  }

  private static Address address(Nest.Place place) {
    List<Integer> strides = new ArrayList<>();
    for (int stride : place.strides()) {
      strides.add(stride);
    }
    return new Address(place.offset(), strides, -1, 0);
  }

  private Address room(Nest.Fold fold) {
    List<Integer> strides = new ArrayList<>();
    for (int loop = 0; loop < nest.depth(); loop++) {
      strides.add(loop <= fold.loop() ? 0 : nest.inside(loop));
    }
    return new Address(0, strides, fold.loop(), nest.inside(fold.loop()));
  }

  private List<Address> addresses() {
    List<Address> all = new ArrayList<>();
    for (Nest.Value value : nest.values()) {
      if (value instanceof Nest.Load load) {
        all.add(address(load.place()));
      }
    }
    for (Nest.Store store : nest.stores()) {
      all.add(address(store.place()));
    }
    for (Nest.Fold fold : nest.folds()) {
      all.add(address(fold.place()));
      if (fold.loop() < last) {
        all.add(room(fold));
      }
    }
    return all;
  }

  private void level(int loop) {
    if (loop == 0) {
      for (Address address : addresses()) {
        bases.put(address, new int[nest.depth()]);
      }
    }
    if (loop == last) {
      new Innermost().write();
      return;
    }
    List<Nest.Fold> own = folds(loop);
    for (Nest.Fold fold : own) {
      fill(fold, Nest.SUMS * nest.inside(loop));
    }
    int i = code.local(1);
    start(loop);
    code.variable(ISTORE, i);
    Label top = new Label();
    Label end = new Label();
    code.label(top);
    code.variable(ILOAD, i);
    extent(loop);
    code.jump(IF_ICMPGE, end);
    for (Map.Entry<Address, int[]> each : bases.entrySet()) {
      each.getValue()[loop] = base(each.getKey(), each.getValue(), loop, i);
    }
    level(loop + 1);
    code.increment(i, 1);
    code.jump(GOTO, top);
    code.label(end);
    for (Nest.Fold fold : own) {
      columns(fold, loop);
    }
  }

  private List<Nest.Fold> folds(int loop) {
    List<Nest.Fold> folds = new ArrayList<>();
    for (Nest.Fold fold : nest.folds()) {
      if (fold.loop() == loop) {
        folds.add(fold);
      }
    }
    return folds;
  }

  /** Local variable with the index as far as the loops down to this one decide; 0 for none. */
  private int base(Address address, int[] locals, int loop, int i) {
    int before = loop == 0 ? 0 : locals[loop - 1];
    boolean rows = address.rowsLoop() == loop;
    int stride = rows ? address.rowSize() : address.strides().get(loop);
    if (stride == 0) {
      return before;
    }
    start(address, before);
    code.variable(ILOAD, i);
    if (rows) {
      code.integer(Nest.SUMS - 1);
      code.op(IAND);
    }
    code.integer(stride);
    code.op(IMUL);
    code.op(IADD);
    int local = code.local(1);
    code.variable(ISTORE, local);
    return local;
  }

  private void start(Address address, int before) {
    if (before == 0) {
      code.integer(address.offset());
    } else {
      code.variable(ILOAD, before);
    }
  }

  private DataType type(Nest.Fold fold) {
    return nest.values().get(fold.value()).type();
  }

  private static double first(Reduction kind, DataType type) {
    boolean whole = type == DataType.INT32;
    return switch (kind) {
      case SUM -> 0;
      case PRODUCT -> 1;
      case MAX -> whole ? Integer.MIN_VALUE : Double.NEGATIVE_INFINITY;
      case MIN -> whole ? Integer.MAX_VALUE : Double.POSITIVE_INFINITY;
    };
  }

  private void fill(Nest.Fold fold, int count) {
    DataType type = type(fold);
    code.variable(ALOAD, arrayLocals[fold.room()]);
    code.integer(count);
    code.number(type, first(fold.kind(), type));
    code.callStatic(SUPPORT, "fill", "([" + Lanes.letter(type) + "I" + Lanes.letter(type) + ")V");
  }

  private void columns(Nest.Fold fold, int loop) {
    DataType type = type(fold);
    Address place = address(fold.place());
    int before = loop == 0 ? 0 : bases.get(place)[loop - 1];
    code.variable(ALOAD, arrayLocals[fold.room()]);
    code.integer(nest.inside(loop));
    code.variable(ALOAD, arrayLocals[fold.place().array()]);
    start(place, before);
    code.integer(fold.kind().ordinal());
    String array = "[" + Lanes.letter(type);
    String owner = nest.vectors() ? FOLDS : SUPPORT;
    code.callStatic(owner, "columns", "(" + array + "I" + array + "II)V");
  }

  /** The innermost loop. */
  private final class Innermost {
    private final int before = last - 1;

    void write() {
      spread();
      List<Nest.Fold> rows = folds(last);
      int step = rows.isEmpty() ? lanes : Nest.SUMS;
      if (!unrolled(rows) && !nest.vectors()) {
        for (Nest.Fold fold : rows) {
          fill(fold, Nest.SUMS);
        }
      }
      counter = code.local(1);
      NestCode.this.start(last);
      code.variable(ISTORE, counter);
      boolean rest = true;
      if (nest.vectors()) {
        int over = last == 0 ? 1 : nest.extents()[last] % step;
        rest = over == 1;
        whole(rows, step, rest ? 0 : over);
      }
      if (unrolled(rows)) {
        for (int part = 0; part < nest.extents()[last]; part++) {
          body(scalars, part, rows);
        }
        for (Nest.Fold fold : rows) {
          endUnrolled(fold);
        }
        return;
      }
      if (rest) {
        Label top = new Label();
        Label end = new Label();
        code.label(top);
        code.variable(ILOAD, counter);
        extent(last);
        code.jump(IF_ICMPGE, end);
        body(scalars, 0, rows);
        code.increment(counter, 1);
        code.jump(GOTO, top);
        code.label(end);
      }
      for (Nest.Fold fold : rows) {
        end(fold);
      }
    }

    /** A short loop that ends with sums is written out: then each element is a sum of its own. */
    private boolean unrolled(List<Nest.Fold> rows) {
      return !nest.vectors()
          && last > 0
          && !rows.isEmpty()
          && nest.extents()[last] <= MOST_UNROLLED
          && nest.extents()[last] * nest.values().size() <= MOST_UNROLLED_VALUES;
    }

    private void endUnrolled(Nest.Fold fold) {
      DataType type = type(fold);
      code.variable(ALOAD, arrayLocals[fold.place().array()]);
      start(address(fold.place()), bases.get(address(fold.place()))[before]);
      int[] parts = sums.get(fold).clone();
      for (int width = Nest.SUMS / 2; width > 0; width /= 2) {
        for (int i = 0; i < width && i + width < parts.length; i++) {
          parts[i] = scalars.combine(fold.kind(), type, parts[i], parts[i + width]);
        }
      }
      code.variable(Lanes.loadOpcode(type), parts[0]);
      code.op(Lanes.elementStoreOpcode(type));
    }

    /**
     * The loop over whole vectors, and one more for what is left over, which counts in its first
     * lanes alone; sums of folds along it stay in registers.
     */
    private void whole(List<Nest.Fold> rows, int step, int over) {
      for (Nest.Fold fold : rows) {
        int[] parts = new int[step / lanes];
        for (int part = 0; part < parts.length; part++) {
          DataType type = type(fold);
          int start = vectors.literal(type, first(fold.kind(), type));
          parts[part] = code.local(1);
          code.variable(ALOAD, start);
          code.variable(ASTORE, parts[part]);
        }
        sums.put(fold, parts);
      }
      int bound = code.local(1);
      extent(last);
      code.integer(-step);
      code.op(IAND);
      code.variable(ISTORE, bound);
      Label top = new Label();
      Label end = new Label();
      code.label(top);
      code.variable(ILOAD, counter);
      code.variable(ILOAD, bound);
      code.jump(IF_ICMPGE, end);
      for (int part = 0; part < step / lanes; part++) {
        body(vectors, part, rows);
      }
      code.increment(counter, step);
      code.jump(GOTO, top);
      code.label(end);
      for (int part = 0; part * lanes < over; part++) {
        vectors.limit(Math.min(lanes, over - part * lanes));
        body(vectors, part, rows);
      }
      vectors.limit(lanes);
      for (Nest.Fold fold : rows) {
        for (int part = 0; part < step / lanes; part++) {
          code.integer(part * lanes);
          int at = code.local(1);
          code.variable(ISTORE, at);
          int room = arrayLocals[fold.room()];
          vectors.store(DataType.FLOAT32, sums.get(fold)[part], room, at);
        }
      }
    }

    private void end(Nest.Fold fold) {
      DataType type = type(fold);
      code.variable(ALOAD, arrayLocals[fold.place().array()]);
      Address place = address(fold.place());
      start(place, last == 0 ? 0 : bases.get(place)[before]);
      code.variable(ALOAD, arrayLocals[fold.room()]);
      String name = fold.kind().name().toLowerCase(java.util.Locale.ROOT);
      String letter = Lanes.letter(type);
      boolean chosen = fold.kind() == Reduction.MAX || fold.kind() == Reduction.MIN;
      String owner = nest.vectors() && chosen ? FOLDS : SUPPORT;
      code.callStatic(owner, name, "([" + letter + ")" + letter);
      code.op(Lanes.elementStoreOpcode(type));
    }

    /** Loads what does not move along this loop. */
    private void spread() {
      for (int i = 0; i < nest.values().size(); i++) {
        if (nest.values().get(i) instanceof Nest.Load load && load.place().strides()[last] == 0) {
          Address address = address(load.place());
          start(address, last == 0 ? 0 : bases.get(address)[before]);
          int at = code.local(1);
          code.variable(ISTORE, at);
          int number = scalars.load(load.type(), arrayLocals[load.place().array()], at);
          sameNumbers.put(i, number);
          if (vectors != null) {
            sameVectors.put(i, vectors.spread(load.type(), number));
          }
        }
      }
    }

    /** Local variable with an element's index. */
    private int index(Address address, int part, Map<Address, Integer> known) {
      return known.computeIfAbsent(
          address,
          each -> {
            int stride = each.strides().get(last);
            int base = last == 0 ? 0 : bases.get(each)[before];
            if (stride == 1 && base == 0 && each.offset() == 0 && part == 0) {
              return counter;
            }
            start(each, base);
            code.variable(ILOAD, counter);
            if (stride != 1) {
              code.integer(stride);
              code.op(IMUL);
            }
            code.op(IADD);
            if (part > 0) {
              code.integer(nest.vectors() ? part * lanes : part * stride);
              code.op(IADD);
            }
            int local = code.local(1);
            code.variable(ISTORE, local);
            return local;
          });
    }

    private void body(Lanes by, int part, List<Nest.Fold> rows) {
      Map<Address, Integer> known = new HashMap<>();
      int[] locals = new int[nest.values().size()];
      for (int i = 0; i < locals.length; i++) {
        Nest.Value value = nest.values().get(i);
        if (value instanceof Nest.Load load) {
          Map<Integer, Integer> same = by == scalars ? sameNumbers : sameVectors;
          locals[i] =
              same.containsKey(i)
                  ? same.get(i)
                  : by.load(
                      load.type(),
                      arrayLocals[load.place().array()],
                      index(address(load.place()), part, known));
        } else if (value instanceof Nest.Literal literal) {
          locals[i] = by.literal(literal.type(), literal.number());
        } else if (value instanceof Nest.Compute compute) {
          locals[i] = compute(by, compute, locals);
        }
      }
      for (Nest.Store store : nest.stores()) {
        DataType type = nest.values().get(store.value()).type();
        int at = index(address(store.place()), part, known);
        by.store(type, locals[store.value()], arrayLocals[store.place().array()], at);
      }
      for (Nest.Fold fold : nest.folds()) {
        if (!rows.contains(fold)) {
          int at = index(room(fold), part, known);
          by.fold(fold.kind(), type(fold), locals[fold.value()], arrayLocals[fold.room()], at);
        } else if (unrolled(rows)) {
          DataType type = type(fold);
          int first = scalars.literal(type, first(fold.kind(), type));
          int sum = scalars.combine(fold.kind(), type, first, locals[fold.value()]);
          sums.computeIfAbsent(fold, each -> new int[nest.extents()[last]])[part] = sum;
        } else if (by == vectors) {
          int local = sums.get(fold)[part];
          int combined = vectors.combine(fold.kind(), local, locals[fold.value()]);
          code.variable(ALOAD, combined);
          code.variable(ASTORE, local);
        } else {
          code.variable(ILOAD, counter);
          code.integer(Nest.SUMS - 1);
          code.op(IAND);
          int at = code.local(1);
          code.variable(ISTORE, at);
          by.fold(fold.kind(), type(fold), locals[fold.value()], arrayLocals[fold.room()], at);
        }
      }
    }

    private int compute(Lanes by, Nest.Compute compute, int[] locals) {
      int[] operands = new int[compute.operands().size()];
      for (int i = 0; i < operands.length; i++) {
        operands[i] = locals[compute.operands().get(i)];
      }
      int typed = compute.operation() instanceof Operation.Select ? 1 : 0;
      DataType type = nest.values().get(compute.operands().get(typed)).type();
      return by.compute(compute, type, operands);
    }
  }
}
