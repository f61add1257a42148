#include "support/browser.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <stdexcept>

#include "base/json_reader.h"
#include "support/program.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

// Stands before all scripts of the page.
constexpr std::string_view kListener = R"(<script nonce="test">
window.seenErrors = [];
window.addEventListener('securitypolicyviolation', event => window.seenErrors.push(
    event.violatedDirective + ' forbids ' + event.blockedURI));
window.addEventListener('error', event => window.seenErrors.push(String(event.message)));
window.addEventListener('unhandledrejection',
                        event => window.seenErrors.push(String(event.reason)));
</script>)";

// Stands behind them. Vega keeps an item of its scene graph as __data__ of each element.
constexpr std::string_view kVisitor = R"(<script nonce="test">
// Takes the picture that a link would save, and looks whether it is well-formed. Nothing here may
// wait for another process, such as that which keeps blobs: the time of the page would run out.
async function checkPicture(link, title) {
  const taken = new Promise(resolve => {
    window.Blob = class { constructor(parts) { resolve(parts.join('')); } };
    URL.createObjectURL = () => '#';
    setTimeout(() => resolve(''), 10000);
  });
  HTMLAnchorElement.prototype.click = () => {};  // saves nothing
  link.dispatchEvent(new MouseEvent('click', {cancelable: true}));
  const picture = new DOMParser().parseFromString(await taken, 'image/svg+xml');
  if (picture.documentElement.tagName !== 'svg' || picture.querySelector('parsererror')) {
    window.seenErrors.push('the picture of ' + title + ' is no SVG');
  }
}
// Sorts a table by each of its heads, up and down, and back.
function checkSorting(table) {
  const texts = at => [...table.tBodies[0].rows].map(row => row.cells[at].textContent);
  const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
  const shift = table.tBodies[0].rows.length ? table.tBodies[0].rows[0].cells.length - heads.length : 0;
  for (const [i, head] of heads.entries()) {
    if (!head.textContent) continue;
    const before = texts(i + shift).join('|');
    for (const sign of [1, -1]) {
      head.click();
      const values = texts(i + shift).filter(text => text !== '—' && text !== '–');
      const numbers = values.map(Number);
      const numeric = numbers.every(number => !Number.isNaN(number));
      for (let k = 1; k < values.length; ++k) {
        const step = numeric ? numbers[k] - numbers[k - 1]
                             : values[k].localeCompare(values[k - 1], 'en', {numeric: true});
        if (sign * step < 0) window.seenErrors.push(head.textContent + ' does not sort');
      }
    }
    head.click();
    if (texts(i + shift).join('|') !== before) window.seenErrors.push(head.textContent + ' stays sorted');
  }
}
(async () => {
  const seen = {plots: []};
  const hover = document.getElementById('hover');
  try {
    await window.pageDrawn;
    for (const section of document.querySelectorAll('section.plot')) {
      const picture = section.querySelector('.drawing svg');
      const plot = {title: section.querySelector('h2').textContent,
                    drawn: section.dataset.drawn === 'true', marks: 0, hovers: [],
                    left: section.getBoundingClientRect().left,
                    picture: picture ? picture.getBoundingClientRect().width : 0};
      for (const mark of section.querySelectorAll('svg path, svg text, svg line, tr[data-row]')) {
        const item = mark.__data__;
        if (mark.tagName !== 'TR' && !(item && item.tooltip)) continue;
        ++plot.marks;
        if (plot.hovers.length >= 100) continue;
        hover.replaceChildren();
        for (const type of ['mousemove', 'pointermove']) {
          mark.dispatchEvent(new PointerEvent(type, {bubbles: true, clientX: 100, clientY: 100}));
        }
        const parts = [...hover.querySelectorAll('div, dt, dd')].map(part => part.textContent);
        if (hover.style.display === 'block') plot.hovers.push(parts.join(' '));
      }
      if (section.querySelector('svg')) {
        for (const link of section.querySelectorAll('a')) {
          if (link.textContent === 'Save as SVG') await checkPicture(link, plot.title);
        }
      }
      seen.plots.push(plot);
    }
    const tables = [...document.querySelectorAll('section table')];
    tables.filter(table => table.rows.length < 200).forEach(checkSorting);
  } catch (error) {
    window.seenErrors.push(String(error));
  }
  seen.errors = window.seenErrors.concat(window.pageErrors || ['the page has no script']);
  seen.text = document.body.innerText;
  const report = document.createElement('pre');
  report.textContent = '[[[' + encodeURIComponent(JSON.stringify(seen)) + ']]]';
  document.body.append(report);
})();
</script>)";

std::string percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      result += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

// The text of page.html in `folder` when its scripts are done.
std::string final_page(const TempFolder& folder, int width) {
  constexpr std::string_view kCommand =
      "timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
      "--disable-background-networking --disable-component-update --disable-sync "
      "--disable-dev-shm-usage --user-data-dir=profile --virtual-time-budget=60000 "
      "--window-size={},900 --dump-dom file://{} 2>browser.log";
  const ProgramResult result =
      run_shell(fmt::format(kCommand, width, folder.file("page.html")), folder.path());
  if (result.status != 0) {
    throw std::runtime_error(fmt::format("chromium ends with {}", result.status));
  }
  return result.out;
}

}  // namespace

std::vector<std::string> SeenPage::faults() const {
  std::vector<std::string> faults = errors;
  for (const SeenPlot& plot : plots) {
    if (!plot.drawn) {
      faults.push_back(plot.title + " is not drawn");
    } else if (plot.marks == 0) {
      faults.push_back(plot.title + " is empty");
    } else if (plot.hovers.empty()) {
      faults.push_back(plot.title + " says nothing under the pointer");
    }
  }
  return faults;
}

bool has_browser() {
  static const bool kFound = run_shell("command -v chromium", "/").status == 0;
  if (!kFound) {
    WARN("there is no chromium here; pages are not checked in a browser");
  }
  return kFound;
}

SeenPage see_page(const std::string& html, int width) {
  const auto head = html.find("<head>");
  const auto end = html.rfind("</body>");
  if (head == std::string::npos || end == std::string::npos) {
    throw std::runtime_error("this is no page of ours");
  }
  std::string visited = html;
  // The policy of the page lets only its own two scripts run, and these.
  constexpr std::string_view kScripts = "script-src ";
  const auto policy = visited.find(kScripts);
  if (policy == std::string::npos || policy > end) {
    throw std::runtime_error("the page has no policy for scripts");
  }
  visited.insert(end, kVisitor);
  visited.insert(policy + kScripts.size(), "'nonce-test' ");
  visited.insert(head + std::string_view("<head>").size(), kListener);
  const TempFolder folder;
  folder.write("page.html", visited);
  const std::string out = final_page(folder, width);
  // The visitor's own text has these marks too, so the last ones count.
  const auto first = out.rfind("[[[");
  const auto last = out.rfind("]]]");
  if (first == std::string::npos || last == std::string::npos || out[first + 3] != '%') {
    throw std::runtime_error("the visitor of the page did not come back");
  }
  const Json seen = Json::parse(percent_decoded(out.substr(first + 3, last - first - 3)));
  SeenPage page;
  page.errors = seen["errors"].get<std::vector<std::string>>();
  page.text = seen["text"].get<std::string>();
  for (const Json& plot : seen["plots"]) {
    page.plots.push_back({plot["title"].get<std::string>(), plot["drawn"].get<bool>(),
                          plot["marks"].get<int>(), plot["hovers"].get<std::vector<std::string>>(),
                          plot["left"].get<double>(), plot["picture"].get<double>()});
  }
  return page;
}

}  // namespace calculon::test
