// Sets latitude and longitude from a click on the map of communes, and moves the pin when they are typed.
const map = document.querySelector("[data-pick]");
const latitude = document.querySelector("#id_latitude");
const longitude = document.querySelector("#id_longitude");

if (map && latitude && longitude) {
  const { west, north, across, down } = Object.fromEntries(Object.entries(map.dataset).map(([name, text]) => [name, Number(text)]));
  const pin = map.querySelector("[data-pin]");

  const show = () => {
    const [x, y] = [Number(longitude.value), Number(latitude.value)];
    const isThere = longitude.value !== "" && latitude.value !== "" && Number.isFinite(x) && Number.isFinite(y);
    pin.setAttribute("cx", isThere ? (x - west) * across : -20);
    pin.setAttribute("cy", isThere ? (north - y) * down : -20);
  };

  map.addEventListener("click", (event) => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
    longitude.value = (west + point.x / across).toFixed(6);
    latitude.value = (north - point.y / down).toFixed(6);
    for (const field of [latitude, longitude]) field.dispatchEvent(new Event("change", { bubbles: true }));
    show();
  });
  for (const field of [latitude, longitude]) field.addEventListener("input", show);
  show();
}
