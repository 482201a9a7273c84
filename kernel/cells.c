/* What is smooth is worked on at half the model's size: a cell is 2x2 pixels of the thumbnail. */
#include "steps.h"

void cells_of(const float *y, const float *u, const float *v, const float *alpha, int width, int height,
              Sample *cells) {
    int across = chroma(width), down = chroma(height);
    for (int row = 0; row < down; row++)
        for (int column = 0; column < across; column++) {
            int left = 2 * column, right = left + 1 < width ? left + 1 : left;
            int above = 2 * row * width, below = 2 * row + 1 < height ? above + width : above;
            int a = above + left, b = above + right, c = below + left, d = below + right;
            Sample sum = {y[a] + y[b] + y[c] + y[d], u[a] + u[b] + u[c] + u[d], v[a] + v[b] + v[c] + v[d],
                          alpha[a] + alpha[b] + alpha[c] + alpha[d]};
            cells[row * across + column] = sum * .25f;
        }
}
