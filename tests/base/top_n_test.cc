#include "calculon/base/top_n.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

namespace calculon::test {
namespace {

struct Item {
  double score;
  int index;
  bool operator==(const Item&) const = default;
};

// Many equal scores, indices without repetition.
std::vector<Item> random_items(std::mt19937& random, int count) {
  std::vector<Item> items;
  for (int i = 0; i < count; ++i) {
    items.push_back({static_cast<double>(random() % 7), i});
  }
  std::shuffle(items.begin(), items.end(), random);
  return items;
}

std::vector<Item> best_by_hand(std::vector<Item> items, std::size_t count) {
  std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
    return a.score > b.score || (a.score == b.score && a.index < b.index);
  });
  items.resize(std::min(count, items.size()));
  return items;
}

}  // namespace

TEST_CASE("the best by score, then by index, are kept in any order of arrival", "[base]") {
  std::mt19937 random(1);
  for (const std::size_t capacity : {1U, 2U, 5U, 40U}) {
    for (int round = 0; round < 20; ++round) {
      const std::vector<Item> items = random_items(random, 30);
      TopN<Item> top(capacity);
      for (const Item& item : items) {
        top.offer(item);
      }
      CHECK((top.sorted() == best_by_hand(items, capacity)));
    }
  }
}

TEST_CASE("lists that are merged are as one", "[base]") {
  std::mt19937 random(2);
  for (int round = 0; round < 20; ++round) {
    const std::vector<Item> items = random_items(random, 50);
    std::vector<TopN<Item>> parts(3, TopN<Item>(8));
    for (const Item& item : items) {
      parts[random() % 3].offer(item);
    }
    TopN<Item> top(8);
    for (const TopN<Item>& part : parts) {
      top.merge(part);
    }
    CHECK((top.sorted() == best_by_hand(items, 8)));
  }
}

TEST_CASE("the threshold is the worst score of a full list", "[base]") {
  TopN<Item> top(2);
  const double lets_all_in = -std::numeric_limits<double>::infinity();
  CHECK(top.threshold() == lets_all_in);
  top.offer({5, 0});
  CHECK(top.threshold() == lets_all_in);
  top.offer({3, 1});
  CHECK(top.threshold() == 3);
  top.offer({4, 2});
  CHECK(top.threshold() == 4);
  top.offer({1, 3});
  CHECK(top.threshold() == 4);
}

TEST_CASE("a list for nothing stays empty", "[base]") {
  TopN<Item> top(0);
  top.offer({1, 0});
  CHECK(top.sorted().empty());
}

}  // namespace calculon::test
