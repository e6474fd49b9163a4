#include <map>
#include <string>
#include <vector>

std::map<std::vector<std::string>, std::map<std::string, std::vector<int>>> all;
#define A all << all;
#define B A A A A A A A A
#define C B B B B B B B B
int main() { C C C C C C C C }
