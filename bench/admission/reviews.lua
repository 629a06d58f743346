-- AdmissionReviews for wrk: one of many workloads each time, at a pace if one is asked for.
local file = assert(io.open(os.getenv("BENCH_REVIEW"), "r"))
local review = file:read("*a")
file:close()
local workloads = tonumber(os.getenv("BENCH_WORKLOADS"))
local pace = tonumber(os.getenv("BENCH_PACE"))
local passed = os.getenv("BENCH_KIND") == "passed"
if passed then
  review = review:gsub('"istio%-proxy"', '"another"')
end
local head, tail = review:match("^(.-)WORKLOAD(.*)$")
local next = 0

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"

function request()
  next = (next + 7919) % workloads
  return wrk.format(nil, nil, nil, (head .. "app-" .. next .. tail:gsub("WORKLOAD", "app-" .. next)))
end

if pace > 0 then
  function delay() return pace end
end

function response(status, _, body)
  if status ~= 200 or (body:find('"patch"', 1, true) ~= nil) == passed then
    print("unexpected answer: " .. status .. " " .. body)
    os.exit(1)
  end
end
