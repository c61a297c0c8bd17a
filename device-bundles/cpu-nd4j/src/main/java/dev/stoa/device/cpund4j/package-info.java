/** The device cpu-nd4j: ND4J's memory and BLAS below, the contract of dev.stoa.device above. */
package dev.stoa.device.cpund4j;
