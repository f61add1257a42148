// What a page says of the inputs of its results.
#include "page/page_inputs.h"

#include <catch2/catch.hpp>

#include "page/page.h"
#include "support/json_page.h"

namespace calculon::test {
namespace {

DistinctValues values_of(const std::vector<Cell>& cells) {
  DistinctValues values;
  for (const Cell& cell : cells) {
    values.add(cell);
  }
  return values;
}

}  // namespace

TEST_CASE("values of inputs are told in words", "[page]") {
  CHECK(spoken_values(values_of({})).empty());
  CHECK(spoken_values(values_of({4096})) == "4,096");
  CHECK(spoken_values(values_of({16, 8, 16, 8.0})) == "8, 16");
  CHECK(spoken_values(values_of({1, 2, 3, 4, 5})) == "1, 2, 3, 4, 5");
  CHECK(spoken_values(values_of({2048, 1, 2, 3, 4, 5})) == "1 to 2,048");
  CHECK(spoken_values(values_of({"b", "a"})) == "b, a");
  CHECK(spoken_values(values_of({"a", "b", "c", "d", "e"})) == "a, b, c, d, e");
  CHECK(spoken_values(values_of({"a", "b", "c", "d", "e", "f"})) == "a, b, c, d and 2 more");
}

TEST_CASE("a record of inputs becomes a line of a page", "[page]") {
  const PageInputs inputs = page_inputs_of({{"calculon", "1.2"},
                                            {"methodology", "calculon"},
                                            {"model", "m"},
                                            {"system", "s"},
                                            {"num_procs", 4096},
                                            {"max_batch_size", 8},
                                            {"datatype", "float8"},
                                            {"date", nullptr}});
  CHECK(inputs.processors == "4,096");
  CHECK(inputs.batch == "up to 8");
  CHECK(inputs.program == "calculon 1.2");
  CHECK(inputs.date.empty());
  CHECK(common_inputs(std::vector{inputs}) ==
        "m on s, 4,096 processors, batch up to 8, float8, published methodology");
  CHECK(page_inputs_of({{"methodology", "calculon-moe"}}).methodology == "published");
  CHECK(page_inputs_of({{"methodology", "corrected"}}).methodology == "corrected");
  for (const Json& odd : {Json(), Json(8), Json::array({1}), Json({{"model", {1, 2}}}),
                          Json({{"model", 7.5}, {"num_procs", "many"}})}) {
    INFO(odd.dump());
    CHECK(page_inputs_of(odd).model.empty());
  }
}

TEST_CASE("rows complete what no record tells", "[page]") {
  const Table rows =
      table_of({{{"num_procs", 64},
                 {"batch_size", 8},
                 {"datatype", "float16"},
                 {"calculon", "1.2"},
                 {"date", "2000-02-29"}},
                {{"num_procs", 64}, {"batch_size", 4}, {"gemm_datatype", "float8"}}});
  RowInputs of_rows;
  of_rows.add(rows, 0);
  of_rows.add(rows, 1);
  PageInputs inputs;
  inputs.batch = "up to 8";
  of_rows.complete(inputs);
  CHECK(inputs.processors == "64");
  CHECK(inputs.batch == "up to 8");
  CHECK(inputs.datatype == "float16, float8");
  CHECK(inputs.program == "calculon 1.2");
  CHECK(inputs.date == "2000-02-29");
  CHECK(inputs.model.empty());
}

TEST_CASE("a title tells what several files have in common", "[page]") {
  PageInputs one;
  one.model = "m";
  one.system = "a";
  one.processors = "1";
  PageInputs other = one;
  other.system = "b";
  CHECK(common_inputs(std::vector{one, one}) == "m on a, 1 processor");
  CHECK(common_inputs(std::vector{one, other}) == "m, 1 processor");
  CHECK(common_inputs(std::vector{PageInputs(), one}).empty());
  CHECK(common_inputs(std::vector<PageInputs>()).empty());
}

TEST_CASE("a page has a table of its inputs with what is known", "[page]") {
  JsonPage made;
  made.title = "Inputs";
  made.rows = {{{"size", 8}, {"sample_rate", 1.0}}};
  PageContent content = made;
  CHECK(html_page(content).find("<th>model</th>") == std::string::npos);
  content.sources.resize(2);
  content.sources[0].model = "<b>m</b>";
  content.sources[1].date = "2000-02-29";
  CHECK_THAT(html_page(content),
             Catch::Contains("<tr><th>model</th><th>inputs of</th></tr>") &&
                 Catch::Contains("<tr><td data-head=\"model\">&lt;b&gt;m&lt;/b&gt;</td>"
                                 "<td data-head=\"inputs of\">—</td></tr>\n"
                                 "<tr><td data-head=\"model\">—</td>"
                                 "<td data-head=\"inputs of\">2000-02-29</td></tr>"));
}

}  // namespace calculon::test
