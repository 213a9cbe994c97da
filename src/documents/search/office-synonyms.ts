/** Words of offices that mean the same, in each line. They are always known, beside those that an administrator keeps. */
export const OFFICE_SYNONYMS: readonly (readonly string[])[] = `
invoice, bill
customer, client, purchaser, buyer
vendor, supplier
employee, staff, worker, personnel
salary, pay, wage, compensation, remuneration
vacation, holiday, leave, pto
revenue, turnover, sales
profit, earnings
cost, expense, spending, expenditure
contract, agreement
meeting, call
meeting, conference
laptop, notebook, computer
phone, telephone, mobile
car, vehicle
journey, trip, travel
hotel, accommodation, lodging
fix, repair
bug, defect, error, fault
outage, downtime, incident
delete, remove, erase
refund, reimbursement
reimbursement, repayment
termination, cancellation, notice
password, passphrase
login, signin
guideline, policy, rule
deadline, due
purchase, buy, order, procurement
firm, company, business
manager, boss, supervisor, lead
hire, recruit
hiring, recruitment
resign, quit
fire, dismiss, layoff
illness, sickness, sick
doctor, physician
parking, garage
lunch, meal
price, fee, charge, rate
discount, rebate
warranty, guarantee
shipment, delivery, shipping
start, begin, commence
end, finish, close
increase, rise, growth
decrease, decline, drop, reduction
help, support, assistance
rechnung, faktura
kunde, auftraggeber
mitarbeiter, angestellte, personal
gehalt, lohn, vergütung, entgelt
urlaub, ferien
umsatz, erlös
kosten, ausgaben, aufwand
vertrag, vereinbarung
handy, mobiltelefon, smartphone
auto, wagen, fahrzeug
kündigung, beendigung
facture, note
client, acheteur
salaire, paie, rémunération
congé, vacances
contrat, accord
voiture, véhicule
`
  .trim()
  .split('\n')
  .map((line) => line.split(', '));
