#include <iostream>
#include <vector>

static int n;
static std::vector<int> columns;
static std::vector<bool> taken, falling, rising;

static bool place(int row)
{
    if (row == n)
        return true;
    for (int column = 0; column < n; column++) {
        if (taken[column] || falling[row - column + n] || rising[row + column])
            continue;
        taken[column] = falling[row - column + n] = rising[row + column] = true;
        columns[row] = column;
        if (place(row + 1))
            return true;
        taken[column] = falling[row - column + n] = rising[row + column] = false;
    }
    return false;
}

int main()
{
    std::cin >> n;
    columns.resize(n);
    taken.resize(n);
    falling.resize(2 * n + 1);
    rising.resize(2 * n);
    place(0);
    for (int column : columns)
        std::cout << column + 1 << '\n';
}
