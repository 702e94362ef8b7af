/** Three by three, row by row. */
export type Matrix = readonly [number, number, number, number, number, number, number, number, number];
export type Vector = readonly [number, number, number];

export function multiply(a: Matrix, b: Matrix): Matrix {
  const multiplyCell = (row: number, column: number): number =>
    a[row * 3] * b[column] + a[row * 3 + 1] * b[3 + column] + a[row * 3 + 2] * b[6 + column];
  return [
    multiplyCell(0, 0), multiplyCell(0, 1), multiplyCell(0, 2),
    multiplyCell(1, 0), multiplyCell(1, 1), multiplyCell(1, 2),
    multiplyCell(2, 0), multiplyCell(2, 1), multiplyCell(2, 2),
  ];
}

export function apply(m: Matrix, [x, y, z]: Vector): Vector {
  return [m[0] * x + m[1] * y + m[2] * z, m[3] * x + m[4] * y + m[5] * z, m[6] * x + m[7] * y + m[8] * z];
}

export function invert([a, b, c, d, e, f, g, h, i]: Matrix): Matrix {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const adjugate = [
    e * i - f * h, c * h - b * i, b * f - c * e,
    f * g - d * i, a * i - c * g, c * d - a * f,
    d * h - e * g, b * g - a * h, a * e - b * d,
  ];
  return adjugate.map(value => value / determinant) as unknown as Matrix;
}

export function createDiagonal([x, y, z]: Vector): Matrix {
  return [x, 0, 0, 0, y, 0, 0, 0, z];
}
